//go:build wasip1

// The Kustomize engine: Kustomize's own build over files in memory, in a sandbox.
package main

import (
	"runtime/debug"
	"unsafe"

	"pod-lifecycle-review/kustomize/build"
)

// WebAssembly memory is shared with the host, which writes the request and reads the answer in place.
var request, answer []byte

// What the first build would set up lazily is set up here, where the build can keep it in the memory image.
func init() {
	debug.SetGCPercent(-1)
	build.WarmUp()
}

// Most requests end before there is anything worth collecting, and each collection is a pause of the only thread:
// nothing is collected below the limit, in MiB, and what it takes is above. Its being there tells the host that
// requests may follow each other in one instance.
//
//go:wasmexport collectAbove
func collectAbove(limit uint32) { debug.SetMemoryLimit(int64(limit) << 20) }

//go:wasmexport alloc
func alloc(n uint32) unsafe.Pointer {
	request = make([]byte, n)
	return unsafe.Pointer(unsafe.SliceData(request))
}

//go:wasmexport handle
func handle() unsafe.Pointer {
	answer = build.Handle(request)
	return unsafe.Pointer(unsafe.SliceData(answer))
}

//go:wasmexport outlen
func outlen() uint32 { return uint32(len(answer)) }

func main() {}
