package render

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode"

	"helm.sh/helm/v4/pkg/engine"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	"sigs.k8s.io/yaml"
)

// trace turns what the engine recorded into one origin per rendered line.
type trace struct {
	tracer *engine.Trace
	reads  *engine.Reads
	files  templateFiles
}

// write adds the table of places as one blob, and the origins of each document as one more; with reads, also their
// log, and where in it the lines of each document are.
func (t *trace) write(rendered map[string]string, out *answer) {
	r := newResolver(t.files)
	r.reads = t.reads != nil
	texts, byFile := out.blobs, map[string]*splitFile{}
	origins := make([]documentLines, len(texts))
	for i, d := range out.Documents {
		if d.Kind == "crd" {
			continue // not a template: each line is its own origin
		}
		if byFile[d.Source] == nil {
			written := t.tracer.Files[d.Source]
			byFile[d.Source] = split(rendered[d.Source], r.lines(written))
			if written != nil {
				byFile[d.Source].ended = written.Ended
			}
		}
		origins[i] = byFile[d.Source].take(string(texts[i]))
	}
	out.Files, out.Actions = r.files.names, r.actions.names
	out.addBlob(r.placesBlob())
	for _, lines := range origins {
		out.addBlob(encode(lines.origins))
	}
	if t.reads == nil {
		return
	}
	out.ReadPaths, out.ReadsFull = readPaths(t.reads), t.reads.Full
	out.addBlob(logBlob(t.reads))
	for _, lines := range origins {
		out.addBlob(encodeReads(lines))
	}
}

// locateYAML adds the template line of output that is no YAML, where the rendering was traced. The YAML reader
// counts lines within a document, and some of its messages name the line before.
func (t *trace) locateYAML(rendered map[string]string, found *failure) error {
	name, line := notYAML.FindStringSubmatch(found.Message), yamlLine.FindStringSubmatch(found.Message)
	if t.tracer == nil || name == nil || line == nil {
		return found
	}
	r := newResolver(t.files)
	file := split(rendered[name[1]], r.lines(t.tracer.Files[name[1]]))
	below, _ := strconv.Atoi(line[1])
	if first := file.firstUnreadable(found.Message); first >= 0 && first+below <= len(file.origins) {
		if at := file.origins[first+below-1].at; at > 0 {
			found.File, found.Line = r.files.names[r.places[at-1].file], int(r.places[at-1].line)
		}
	}
	return found
}

// firstUnreadable is the first line of the first document that this message can be about, or -1.
func (s *splitFile) firstUnreadable(message string) int {
	first := -1
	for text, firsts := range s.firsts {
		err := yaml.Unmarshal([]byte(text), &releaseutil.SimpleHead{})
		if err != nil && strings.HasSuffix(message, err.Error()) && (first < 0 || firsts[0] < first) {
			first = firsts[0]
		}
	}
	return first
}

// splitFile is one rendered file cut into documents as Helm cuts it, with the lines where each text begins.
type splitFile struct {
	firsts  map[string][]int
	origins []origin
	ended   int // where in the log of reads the template ended
}

// documentLines are the lines of one document, and where in the log of reads what follows them begins.
type documentLines struct {
	origins []origin
	end     int
}

func split(text string, origins []origin) *splitFile {
	s := &splitFile{firsts: map[string][]int{}, origins: origins}
	rest := strings.TrimLeftFunc(text, unicode.IsSpace)
	line := strings.Count(text[:len(text)-len(rest)], "\n")
	for begun, more := true, true; more; begun = false {
		var document string
		document, rest, more = releaseutil.CutDocument(rest, begun)
		kept := strings.TrimLeftFunc(document, unicode.IsSpace)
		first := line + strings.Count(document[:len(document)-len(kept)], "\n")
		s.firsts[kept] = append(s.firsts[kept], first)
		line += strings.Count(document, "\n")
	}
	return s
}

// take gives the origins of the next document of that text: Helm's sort keeps equal documents in their order.
func (s *splitFile) take(text string) documentLines {
	firsts := s.firsts[text]
	if len(firsts) == 0 {
		return documentLines{}
	}
	s.firsts[text] = firsts[1:]
	after := min(firsts[0]+strings.Count(text, "\n")+1, len(s.origins))
	end := s.ended
	if after < len(s.origins) && s.origins[after].reads != nil {
		end = s.origins[after].reads.at
	}
	return documentLines{s.origins[firsts[0]:after], end}
}

func encode(origins []origin) []byte {
	blob := make([]byte, 0, 8*len(origins))
	for _, o := range origins {
		blob = binary.LittleEndian.AppendUint32(blob, o.at)
		blob = binary.LittleEndian.AppendUint32(blob, o.value)
	}
	return blob
}
