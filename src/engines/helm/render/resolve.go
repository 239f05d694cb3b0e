package render

import (
	"slices"
	"strings"
	"text/template/parse"

	"helm.sh/helm/v4/pkg/engine"
)

const blanks = " \t\r\n"

// lines says for every line of a text who wrote it.
func (r *resolver) lines(w *engine.Written) []origin {
	if w == nil {
		return nil
	}
	if known, ok := r.resolved[w]; ok {
		return known
	}
	c := &cursor{resolver: r, written: w, text: w.String(), inner: map[*engine.Written]*innerLines{}}
	origins := make([]origin, 0, strings.Count(c.text, "\n")+1)
	for start := 0; start <= len(c.text); {
		end := len(c.text)
		if n := strings.IndexByte(c.text[start:], '\n'); n >= 0 {
			end = start + n
		}
		origins = append(origins, c.line(start, end))
		start = end + 1
	}
	r.resolved[w] = origins
	return origins
}

// cursor walks over the parts of one text, line by line.
type cursor struct {
	*resolver
	written *engine.Written
	text    string
	part    int // the part that holds the current offset
	inner   map[*engine.Written]*innerLines
	// How many lines below its part's start the offset counted lies; lines of long literals are counted once.
	down, counted, countedPart int
}

func (c *cursor) end(part int) int {
	if part+1 < len(c.written.Parts) {
		return c.written.Parts[part+1].Start
	}
	return len(c.text)
}

func (c *cursor) line(start, end int) origin {
	visible := start + len(c.text[start:end]) - len(strings.TrimLeft(c.text[start:end], blanks))
	if visible == end {
		visible = start
	}
	for c.part < len(c.written.Parts) && c.end(c.part) <= visible {
		c.part++
	}
	if c.part == len(c.written.Parts) {
		return origin{}
	}
	if !c.isLiteral(c.part) {
		o := c.expression(c.part, start, end)
		o.reads = c.onLine(o.reads, c.part, start, end)
		return o
	}
	part := c.written.Parts[c.part]
	o := origin{at: c.place(part.Node, part.Call, c.linesBelow(part.Start, visible)), reads: c.partReads(c.part)}
	c.value(&o, start, end)
	return o
}

func (c *cursor) isLiteral(part int) bool {
	_, literal := c.written.Parts[part].Node.Node.(*parse.TextNode)
	return literal
}

func (c *cursor) linesBelow(start, offset int) int {
	if c.countedPart != c.part+1 {
		c.countedPart, c.counted, c.down = c.part+1, start, 0
	}
	c.down += strings.Count(c.text[c.counted:offset], "\n")
	c.counted = offset
	return c.down
}

// value finds the first expression that wrote something visible on the line.
func (c *cursor) value(line *origin, start, end int) {
	for part := c.part; part < len(c.written.Parts) && c.written.Parts[part].Start < end; part++ {
		if c.isLiteral(part) || strings.Trim(c.clip(part, start, end), blanks) == "" {
			continue
		}
		o := c.expression(part, start, end)
		if line.value = o.value; o.value == 0 {
			line.value = o.at
		}
		if line.reads != nil && o.reads != nil {
			line.reads.own = o.reads.own
		}
		break
	}
	line.reads = c.onLine(line.reads, c.part, start, end)
}

func (c *cursor) clip(part, start, end int) string {
	return c.text[max(c.written.Parts[part].Start, start):min(c.end(part), end)]
}

// expression looks for the line in the texts that the expression included; else it wrote the line itself.
func (c *cursor) expression(part, start, end int) origin {
	wanted := strings.Trim(c.clip(part, start, end), blanks)
	for _, w := range slices.Backward(c.written.Inner[part]) {
		if c.inner[w] == nil {
			c.inner[w] = newInnerLines(w.String())
		}
		if i := c.inner[w].find(wanted); i >= 0 {
			if o := c.lines(w)[i]; o.at != 0 {
				o.reads = c.outer(o.reads, w, part)
				return o
			}
		}
	}
	at := c.place(c.written.Parts[part].Node, c.written.Parts[part].Call, 0)
	return origin{at: at, reads: c.partReads(part)}
}

// innerLines finds lines of an included text in the text that the expression made of it.
type innerLines struct {
	texts   []string
	indexes map[string][]int
	next    int
}

func newInnerLines(text string) *innerLines {
	l := &innerLines{texts: strings.Split(text, "\n"), indexes: map[string][]int{}}
	for i, line := range l.texts {
		l.texts[i] = strings.Trim(line, blanks)
		l.indexes[l.texts[i]] = append(l.indexes[l.texts[i]], i)
	}
	return l
}

// find prefers the order of the included text, so that equal lines keep apart; a sorted or filtered text is
// searched from its start. A text of one line is recognised inside quotes too.
func (l *innerLines) find(wanted string) int {
	if wanted == "" {
		return -1
	}
	if found := l.indexes[wanted]; len(found) > 0 {
		i, _ := slices.BinarySearch(found, l.next)
		if i == len(found) {
			i = 0
		}
		l.next = found[i] + 1
		return found[i]
	}
	if only := l.only(); only >= 0 && strings.Contains(wanted, l.texts[only]) {
		return only
	}
	return -1
}

// only is the one line that is not blank, or -1.
func (l *innerLines) only() int {
	only := -1
	for i, text := range l.texts {
		if text == "" {
			continue
		}
		if only >= 0 {
			return -1
		}
		only = i
	}
	return only
}
