// Package hosted is the edge for people who sign in with a browser: it parses their forms, calls one
// service and shows the page that the answer asks for. It decides nothing about accounts, and answers
// known and unknown users alike.
package hosted
