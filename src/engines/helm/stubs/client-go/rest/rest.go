// Package rest stands in for the client configuration: there is no cluster here.
package rest

// Config is never filled.
type Config struct{}
