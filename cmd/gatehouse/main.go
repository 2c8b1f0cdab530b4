// Command gatehouse is the identity service.
package main

func main() {}
