package render

import (
	"encoding/binary"
	"slices"

	"helm.sh/helm/v4/pkg/engine"
)

// span is a stretch of the log of reads.
type span struct{ from, to int }

// lineReads says where in the log of reads a line began, what the expressions on it read, the innermost first, and
// what the conditions around it read.
type lineReads struct {
	at          int
	own, around []span
}

// partReads is what the part read that began a line, or wrote all of it.
func (c *cursor) partReads(part int) *lineReads {
	if !c.reads {
		return nil
	}
	p := c.written.Parts[part]
	reads := &lineReads{at: p.From}
	if !c.isLiteral(part) {
		reads.own = appendSpan(reads.own, span{p.From, p.To})
	}
	reads.around = c.enclosing(part)
	return reads
}

// enclosing are the conditions that a part stands in, those around the calls within this text included.
func (c *cursor) enclosing(part int) (spans []span) {
	if !c.reads {
		return nil
	}
	p := c.written.Parts[part]
	add := func(node engine.Node) {
		for _, branch := range engine.Enclosing(node.Tree, node.Node) {
			if b := c.written.Last(branch, p.Branches); b != nil {
				spans = appendSpan(spans, span{b.From, b.To})
			}
		}
	}
	add(p.Node)
	for call := p.Call; call != nil; call = call.Up {
		add(call.Node)
	}
	return spans
}

// outer adds to what a line of an included text read what the expression read before and after including it.
func (c *cursor) outer(inner *lineReads, w *engine.Written, part int) *lineReads {
	if inner == nil {
		return nil
	}
	p := c.written.Parts[part]
	own := appendSpan(appendSpan(slices.Clone(inner.own), span{p.From, w.Began}), span{w.Ended, p.To})
	return &lineReads{inner.at, own, append(slices.Clone(inner.around), c.enclosing(part)...)}
}

// onLine adds what the other expressions on the line read, and the conditions that only they stand in.
func (c *cursor) onLine(reads *lineReads, first, start, end int) *lineReads {
	if reads == nil {
		return nil
	}
	more := *reads
	for part := first; part < len(c.written.Parts) && c.written.Parts[part].Start < end; part++ {
		if part == c.part || c.clip(part, start, end) == "" {
			continue
		}
		if p := c.written.Parts[part]; !c.isLiteral(part) {
			more.own = appendSpan(more.own, span{p.From, p.To})
		}
		for _, s := range c.enclosing(part) {
			if !slices.Contains(more.around, s) {
				more.own = appendSpan(more.own, s)
			}
		}
	}
	return &more
}

func appendSpan(spans []span, s span) []span {
	if s.from >= s.to || slices.Contains(spans, s) {
		return spans
	}
	return append(spans, s)
}

// encodeReads writes for each line: at, number of its own spans, these, number of those around, these; and where
// what follows the last line begins, as one more line that read nothing.
func encodeReads(lines documentLines) []byte {
	var blob []byte
	put := func(n int) { blob = binary.LittleEndian.AppendUint32(blob, uint32(n)) }
	list := func(spans []span) {
		put(len(spans))
		for _, s := range spans {
			put(s.from)
			put(s.to)
		}
	}
	for _, o := range append(slices.Clone(lines.origins), origin{reads: &lineReads{at: lines.end}}) {
		reads := o.reads
		if reads == nil {
			reads = &lineReads{}
		}
		put(reads.at)
		list(reads.own)
		list(reads.around)
	}
	return blob
}

// logBlob is the log, and readPaths the table that it names by index: parent and key.
func logBlob(reads *engine.Reads) []byte {
	blob := make([]byte, 0, 4*len(reads.Log))
	for _, id := range reads.Log {
		blob = binary.LittleEndian.AppendUint32(blob, id)
	}
	return blob
}

func readPaths(reads *engine.Reads) [][2]any {
	paths := make([][2]any, len(reads.Paths))
	for i, path := range reads.Paths {
		paths[i] = [2]any{path.Parent, path.Key}
	}
	return paths
}
