//go:build wasip1

// The Kubernetes engine: decoding, defaulting and validation as the API server does them, in a sandbox.
package main

import (
	"runtime/debug"
	"unsafe"

	"pod-lifecycle-review/kubernetes/check"
)

// WebAssembly memory is shared with the host, which writes the request and reads the answer in place.
var request, answer []byte

// One thread serves everything, so each collection is a pause: collect less often.
func init() { debug.SetGCPercent(300) }

//go:wasmexport alloc
func alloc(n uint32) unsafe.Pointer {
	request = make([]byte, n)
	return unsafe.Pointer(unsafe.SliceData(request))
}

//go:wasmexport handle
func handle() unsafe.Pointer {
	answer = check.Handle(request)
	return unsafe.Pointer(unsafe.SliceData(answer))
}

//go:wasmexport outlen
func outlen() uint32 { return uint32(len(answer)) }

//go:wasmexport release
func release() { request, answer = nil, nil }

func main() {}
