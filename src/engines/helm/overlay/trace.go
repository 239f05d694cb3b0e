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
	// Inner holds, for parts that have some, the texts that include and tpl gave to the expression.
	Inner map[int][]*Written
	Steps
	at      Node
	call    *Call
	pending []*Written
}

// Node is a node and the tree it belongs to, which knows the name of the file.
type Node struct {
	parse.Node
	Tree *parse.Tree
}

// Part is a stretch of text that one node wrote; it ends where the next begins.
type Part struct {
	Node
	Call  *Call
	Start int
	Step
}

// Call is the include, tpl or template action that led to a node; nil at the top.
type Call struct {
	Node
	Up *Call
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
	if reading != nil {
		w.Began = len(reading.Log)
	}
	if n := len(tracing.stack); n > 0 {
		caller := tracing.stack[n-1]
		w.call = &Call{caller.at, caller.call}
	}
	tracing.stack = append(tracing.stack, w)
	return w
}

// endOutput hands the text of an include or tpl to the node that asked for it.
func endOutput(out output) {
	if w, traced := out.(*Written); traced {
		tracing.pop()
		if caller := tracing.stack[len(tracing.stack)-1]; w.Len() > 0 {
			caller.pending = append(caller.pending, w)
		}
	}
}

// writeText is what tpl does with a text that holds no action: the text, without a copy of all templates.
func writeText(text string) string {
	out := newOutput()
	defer endOutput(out)
	if w, traced := out.(*Written); traced {
		w.At(plainText, plainTree)
	}
	_, _ = io.WriteString(out, text)
	return strings.ReplaceAll(out.String(), "<no value>", "")
}

var (
	plainText = &parse.TextNode{NodeType: parse.NodeText}
	plainTree = &parse.Tree{}
)

// keepOutput ends the text of a template file.
func keepOutput(name string, out output) {
	if w, traced := out.(*Written); traced {
		tracing.pop()
		tracing.Files[name] = w
	}
}

func (t *Trace) pop() {
	if reading != nil {
		t.stack[len(t.stack)-1].end()
	}
	t.stack = t.stack[:len(t.stack)-1]
}

// At is called by text/template before each node.
func (w *Written) At(node parse.Node, tree *parse.Tree) {
	w.at, w.pending = Node{node, tree}, nil
	if reading != nil {
		w.begin(node, tree)
	}
}

// Enter is called by text/template when a template action begins, and Leave when it is done.
func (w *Written) Enter(node parse.Node, tree *parse.Tree) { w.call = &Call{Node{node, tree}, w.call} }

// Leave ends what Enter began.
func (w *Written) Leave() { w.call = w.call.Up }

// Write is called by text/template with each text.
func (w *Written) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if w.pending != nil {
		if w.Inner == nil {
			w.Inner = map[int][]*Written{}
		}
		w.Inner[len(w.Parts)] = w.pending
	}
	part := Part{Node: w.at, Call: w.call, Start: w.Len()}
	if reading != nil {
		part.Step = Step{w.from, len(reading.Log), len(w.Branches)}
	}
	w.Parts = append(w.Parts, part)
	return w.Builder.Write(p)
}
