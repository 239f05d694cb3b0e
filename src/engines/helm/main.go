//go:build wasip1

// The Helm engine: Helm's own loader, values handling and template engine over files in memory, in a sandbox.
package main

import (
	"runtime/debug"
	"unsafe"

	"pod-lifecycle-review/helm/render"
)

// WebAssembly memory is shared with the host, which writes the request and reads the answer in place.
var request, answer []byte

// One thread serves everything, so each collection is a pause: collect less often.
// What the first render would set up lazily is set up here, where the build can keep it in the memory image.
func init() {
	debug.SetGCPercent(300)
	render.WarmUp()
}

//go:wasmexport alloc
func alloc(n uint32) unsafe.Pointer {
	request = make([]byte, n)
	return unsafe.Pointer(unsafe.SliceData(request))
}

//go:wasmexport handle
func handle() unsafe.Pointer {
	answer = render.Handle(request)
	return unsafe.Pointer(unsafe.SliceData(answer))
}

//go:wasmexport outlen
func outlen() uint32 { return uint32(len(answer)) }

//go:wasmexport release
func release() { request, answer = nil, nil }

func main() {}
