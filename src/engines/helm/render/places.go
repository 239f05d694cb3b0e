package render

import (
	"encoding/binary"
	"strconv"
	"strings"
	"text/template/parse"

	"helm.sh/helm/v4/pkg/engine"
)

// place is a line of a template, the expression that wrote there and the call that led there.
// action and caller count from 1, so that 0 means literal text, and nobody.
type place struct{ file, line, action, caller uint32 }

// origin says who wrote a rendered line: at its first visible character, and, when that is literal text, the
// first expression after it. Both count places from 1; 0 means unknown, or none.
type origin struct{ at, value uint32 }

// names numbers strings in the order in which they are first asked for.
type names struct {
	names []string
	ids   map[string]uint32
}

func (n *names) id(name string) uint32 {
	id, known := n.ids[name]
	if !known {
		id = uint32(len(n.names))
		n.names = append(n.names, name)
		n.ids[name] = id
	}
	return id
}

// source is where a node stands in its template.
type source struct{ file, line, action uint32 }

// tplName is what Helm calls the template of a text given to tpl: it has no file.
const tplName = "gotpl"

type resolver struct {
	paths          templateFiles
	files, actions names
	places         []place
	ids            map[place]uint32
	sources        map[parse.Node]*source
	resolved       map[*engine.Written][]origin
}

func newResolver(paths templateFiles) *resolver {
	return &resolver{
		paths: paths, files: names{ids: map[string]uint32{}}, actions: names{ids: map[string]uint32{}},
		ids: map[place]uint32{}, sources: map[parse.Node]*source{}, resolved: map[*engine.Written][]origin{},
	}
}

func (r *resolver) placesBlob() []byte {
	blob := make([]byte, 0, 16*len(r.places))
	for _, p := range r.places {
		for _, n := range []uint32{p.file, p.line, p.action, p.caller} {
			blob = binary.LittleEndian.AppendUint32(blob, n)
		}
	}
	return blob
}

// place numbers the place of a node, down lines below its first. What stands in a text given to tpl is placed
// at the call of tpl, since the text can come from anywhere.
func (r *resolver) place(node parse.Node, call *engine.Call, down int) uint32 {
	s := r.source(node)
	for s == nil && call != nil {
		s, down, node, call = r.source(call.Node), 0, call.Node, call.Up
	}
	if s == nil {
		return 0
	}
	return r.placeID(place{s.file, s.line + uint32(down), s.action, r.caller(call)})
}

func (r *resolver) caller(call *engine.Call) uint32 {
	for ; call != nil; call = call.Up {
		if s := r.source(call.Node); s != nil {
			return r.placeID(place{s.file, s.line, s.action, r.caller(call.Up)})
		}
	}
	return 0
}

func (r *resolver) placeID(p place) uint32 {
	id, known := r.ids[p]
	if !known {
		r.places = append(r.places, p)
		id = uint32(len(r.places))
		r.ids[p] = id
	}
	return id
}

// source is nil for a node of a text given to tpl.
func (r *resolver) source(node parse.Node) *source {
	s, known := r.sources[node]
	if !known && node != nil {
		s = r.readSource(node)
		r.sources[node] = s
	}
	return s
}

// readSource reads "name:line:column", which is all that text/template tells of a node.
func (r *resolver) readSource(node parse.Node) *source {
	location, _ := (*parse.Tree)(nil).ErrorContext(node)
	rest, _, _ := cutLast(location)
	name, digits, _ := cutLast(rest)
	line, err := strconv.Atoi(digits)
	if name == tplName || err != nil {
		return nil
	}
	path, known := r.paths[name]
	if !known {
		return nil
	}
	return &source{r.files.id(path), uint32(line), r.action(node)}
}

func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

func (r *resolver) action(node parse.Node) uint32 {
	switch node := node.(type) {
	case *parse.ActionNode:
		return r.actions.id(node.Pipe.String()) + 1
	case *parse.TemplateNode:
		return r.actions.id(strings.TrimSuffix(strings.TrimPrefix(node.String(), "{{"), "}}")) + 1
	}
	return 0
}
