// Package kubernetes stands in for the clientset, which Helm imports only for the version number of client-go.
package kubernetes
