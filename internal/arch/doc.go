// Package arch holds the directions in which packages may import each other, as a test. It has no code.
package arch
