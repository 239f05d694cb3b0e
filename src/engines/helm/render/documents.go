package render

import (
	"encoding/binary"
	"regexp"
	"strings"
	"unicode"

	"helm.sh/helm/v4/pkg/engine"
)

// trace turns what the engine recorded into one origin per rendered line.
type trace struct {
	tracer *engine.Trace
	files  templateFiles
}

// write adds the table of places as one blob, and the origins of each document as one more.
func (t *trace) write(rendered map[string]string, out *answer) {
	r := newResolver(t.files)
	texts, byFile := out.blobs, map[string]*splitFile{}
	origins := make([][]byte, len(texts))
	for i, d := range out.Documents {
		if d.Kind == "crd" {
			continue // not a template: each line is its own origin
		}
		if byFile[d.Source] == nil {
			byFile[d.Source] = split(rendered[d.Source], r.lines(t.tracer.Files[d.Source]))
		}
		origins[i] = byFile[d.Source].take(string(texts[i]))
	}
	out.Files, out.Actions = r.files.names, r.actions.names
	out.addBlob(r.placesBlob())
	for _, blob := range origins {
		out.addBlob(blob)
	}
}

// splitFile is one rendered file cut into documents as Helm cuts it, with the line where each begins.
type splitFile struct {
	texts   []string
	firsts  []int
	origins []origin
}

var separator = regexp.MustCompile(`(?m)^---[ \t]*`)

func split(text string, origins []origin) *splitFile {
	s := &splitFile{origins: origins}
	from := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
	bounds := separator.FindAllStringIndex(text[from:], -1)
	at, line := from, strings.Count(text[:from], "\n")
	for _, bound := range append(bounds, []int{len(text) - from, len(text) - from}) {
		document := text[at : from+bound[0]]
		kept := strings.TrimLeftFunc(document, unicode.IsSpace)
		s.texts = append(s.texts, kept)
		s.firsts = append(s.firsts, line+strings.Count(document[:len(document)-len(kept)], "\n"))
		line += strings.Count(document, "\n")
		at = from + bound[1]
	}
	return s
}

// take finds the first document of that text and drops it: Helm's sort keeps equal documents in their order.
func (s *splitFile) take(text string) []byte {
	for i, t := range s.texts {
		if t != text || s.firsts[i] < 0 {
			continue
		}
		first := s.firsts[i]
		s.firsts[i] = -1
		return encode(s.origins[first:min(first+strings.Count(text, "\n")+1, len(s.origins))])
	}
	return nil
}

func encode(origins []origin) []byte {
	blob := make([]byte, 0, 8*len(origins))
	for _, o := range origins {
		blob = binary.LittleEndian.AppendUint32(blob, o.at)
		blob = binary.LittleEndian.AppendUint32(blob, o.value)
	}
	return blob
}
