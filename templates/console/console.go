// Package console is the pages of the console. Each page is one struct of plain values, made by
// handlers/console, and works without script.
package console
