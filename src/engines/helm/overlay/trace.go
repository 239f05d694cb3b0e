package engine

import (
	"io"
	"strings"
	"text/template/parse"
)

// Trace records, beside the rendered text and without changing a byte of it, which template node wrote each
// part. One rendering at a time is traced.
type Trace struct {
	// Files holds what each rendered template wrote, before Helm drops "<no value>".
	Files map[string]*Written
	stack []*Written
}

// Written is the text of one template execution and who wrote it.
type Written struct {
	strings.Builder
	Parts []Part
	node  parse.Node
	call  *Call
	// Texts that include and tpl gave while the current node ran.
	inner []*Written
}

// Part is a stretch of text that one node wrote.
type Part struct {
	Node       parse.Node
	Call       *Call
	Inner      []*Written
	Start, End int
}

// Call is the include, tpl or template action that led to a node; nil at the top.
type Call struct {
	Node parse.Node
	Up   *Call
}

var tracing *Trace

// StartTrace traces renderings until StopTrace.
func StartTrace() *Trace {
	tracing = &Trace{Files: map[string]*Written{}}
	return tracing
}

// StopTrace ends what StartTrace began.
func StopTrace() { tracing = nil }

// output is what templates write to.
type output interface {
	io.Writer
	String() string
}

// newOutput begins the text of one template execution.
func newOutput() output {
	if tracing == nil {
		return new(strings.Builder)
	}
	w := &Written{}
	if n := len(tracing.stack); n > 0 {
		caller := tracing.stack[n-1]
		w.call = &Call{caller.node, caller.call}
	}
	tracing.stack = append(tracing.stack, w)
	return w
}

// endOutput hands the text of an include or tpl to the node that asked for it.
func endOutput(out output) {
	if w, traced := out.(*Written); traced {
		tracing.pop()
		if caller := tracing.stack[len(tracing.stack)-1]; w.Len() > 0 {
			caller.inner = append(caller.inner, w)
		}
	}
}

// keepOutput ends the text of a template file.
func keepOutput(name string, out output) {
	if w, traced := out.(*Written); traced {
		tracing.pop()
		tracing.Files[name] = w
	}
}

func (t *Trace) pop() { t.stack = t.stack[:len(t.stack)-1] }

// At is called by text/template before each node.
func (w *Written) At(node parse.Node) { w.node, w.inner = node, nil }

// Enter is called by text/template when the template action node begins, and Leave when it is done.
func (w *Written) Enter(node parse.Node) { w.call = &Call{node, w.call} }

// Leave ends what Enter began.
func (w *Written) Leave() { w.call = w.call.Up }

// Write is called by text/template with each text.
func (w *Written) Write(p []byte) (int, error) {
	if len(p) > 0 {
		start := w.Len()
		w.Parts = append(w.Parts, Part{w.node, w.call, w.inner, start, start + len(p)})
	}
	return w.Builder.Write(p)
}
