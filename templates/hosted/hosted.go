// Package hosted is the pages on which people of a pool sign in, sign up and recover their accounts. Each
// page is one struct of plain values, made by handlers/hosted, and works without script.
package hosted
