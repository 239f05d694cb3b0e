package render

import (
	"encoding/binary"
	"strings"
	"text/template/parse"

	"helm.sh/helm/v4/pkg/engine"
)

// place is a line of a template, the expression that wrote there and the call that led there.
// action and caller count from 1, so that 0 means literal text, and nobody.
type place struct{ file, line, action, caller uint32 }

// origin says who wrote a rendered line: at its first visible character, and, when that is literal text, the
// first expression after it. Both count places from 1; 0 means unknown, or none.
type origin struct {
	at, value uint32
	reads     *lineReads // nil where they are not recorded
}

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

type resolver struct {
	templates      templateFiles
	files, actions names
	places         []place
	ids            map[place]uint32
	sources        map[parse.Node]*source
	resolved       map[*engine.Written][]origin
	reads          bool
}

func newResolver(templates templateFiles) *resolver {
	return &resolver{
		templates: templates, files: names{ids: map[string]uint32{}}, actions: names{ids: map[string]uint32{}},
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
func (r *resolver) place(node engine.Node, call *engine.Call, down int) uint32 {
	s := r.source(node)
	for ; s == nil && call != nil; call = call.Up {
		s, down = r.source(call.Node), 0
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
func (r *resolver) source(node engine.Node) *source {
	s, known := r.sources[node.Node]
	if !known && node.Node != nil {
		s = r.readSource(node)
		r.sources[node.Node] = s
	}
	return s
}

func (r *resolver) readSource(node engine.Node) *source {
	file := r.templates[node.Tree.ParseName]
	if file == nil {
		return nil
	}
	return &source{r.files.id(file.path), file.line(int(node.Position())), r.action(node.Node)}
}

func (r *resolver) action(node parse.Node) uint32 {
	switch node.(type) {
	case *parse.ActionNode, *parse.TemplateNode:
		return r.actions.id(expressionOf(node)) + 1
	}
	return 0
}

// Trees outlive a request, and so do the texts of their expressions.
var expressions = map[parse.Node]string{}

// maxExpressions bounds them; a large chart has a tenth.
const maxExpressions = 100_000

func expressionOf(node parse.Node) string {
	text, known := expressions[node]
	if known {
		return text
	}
	if action, ok := node.(*parse.ActionNode); ok {
		text = action.Pipe.String()
	} else {
		text = strings.TrimSuffix(strings.TrimPrefix(node.String(), "{{"), "}}")
	}
	if len(expressions) == maxExpressions {
		clear(expressions)
	}
	expressions[node] = text
	return text
}
