package resource

// Step is a generator or transformer of a kustomization, as the trace names it.
type Step struct {
	File  string // the kustomization, or the file that configures it
	Kind  string // PatchTransformer, ImageTagTransformer, …
	Index int    // among those of its kind in its file
}

// Trace is where an object comes from and which steps changed which of its fields.
type Trace struct {
	File    string // where it was read; empty for a generated object
	Ordinal int    // among the objects of the file
	Maker   *Step  // what generated it
	root    *part
}

// Loaded notes that objects were read from a file.
func Loaded(resources []*Resource, file string) {
	for i, r := range resources {
		r.Trace = &Trace{File: file, Ordinal: i, root: fresh(r.YNode(), nil)}
	}
}

// Follow notes what a step changed. Objects that nothing is known of were made by it.
func Follow(resources []*Resource, by *Step) {
	for _, r := range resources {
		if r.YNode() == nil {
			continue
		}
		if r.Trace == nil {
			r.Trace = &Trace{Maker: by, root: fresh(r.YNode(), nil)}
			continue
		}
		if root := r.Trace.root.follow(r.YNode(), by); root != r.Trace.root {
			r.Trace = &Trace{r.Trace.File, r.Trace.Ordinal, r.Trace.Maker, root}
		}
	}
}

// Visit tells of every field that was not read with the object: who set it, or took it away. What is below a field
// that is told of has the same author unless it is told of too.
func (t *Trace) Visit(visit func(path []any, by *Step, gone bool)) {
	if t.root != nil {
		t.root.visit(nil, nil, visit)
	}
}

func (p *part) visit(path []any, above *Step, visit func([]any, *Step, bool)) {
	if p.by != above {
		visit(path, p.by, false)
	}
	for _, lost := range p.gone {
		visit(append(path[:len(path):len(path)], lost.key), lost.by, true)
	}
	for i, item := range p.items {
		var step any = i
		if p.keys != nil {
			step = p.keys[i]
		}
		item.visit(append(path[:len(path):len(path)], step), p.by, visit)
	}
}
