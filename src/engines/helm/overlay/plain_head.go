package util

import (
	"strings"

	"sigs.k8s.io/yaml"
)

// readHead is yaml.Unmarshal into a head. Helm parses every document whole to learn its kind and its hook; most
// documents are of a small part of YAML whose validity a look at each line shows, and that is enough for them.
func readHead(text string, head *SimpleHead) error {
	if plainHead(text, head) {
		return nil
	}
	*head = SimpleHead{}
	return yaml.Unmarshal([]byte(text), head)
}

// plainHead reads a document in which each line is a comment, `key:`, `key: scalar`, an item of a list, or part
// of a literal or folded text. It says false wherever it is not sure that the document is valid; the annotations
// stay empty, since the hooks among them are left to the whole parser.
func plainHead(text string, head *SimpleHead) bool {
	if strings.Contains(text, "helm.sh/hook") || !isPrintable(text) {
		return false
	}
	r := plainReader{head: head, rest: text, open: make([]collection, 0, 32)}
	for r.rest != "" {
		if !r.line(r.next()) {
			return false
		}
	}
	return len(r.open) > 0 && !r.wantsMap()
}

// collection is an open block mapping or list.
type collection struct {
	indent int
	list   bool
	role   role
}

// role is what a mapping is to the head.
type role uint8

const (
	other role = iota
	root
	metadata
	annotations
)

type plainReader struct {
	head *SimpleHead
	rest string
	open []collection
	// pending: the last line was a key, or a dash, whose value may follow below; valueRole is that value's.
	pending   bool
	valueRole role
	seen      [3]bool // apiVersion, kind, metadata
}

func (r *plainReader) entry(content string, indent int) bool {
	key, value := cutKey(content)
	if key == "" {
		return false
	}
	in := r.open[len(r.open)-1].role
	if in != other && isMiswritten(key) {
		return false
	}
	r.pending, r.valueRole = value == "" || value[0] == '#', other
	if r.pending {
		return r.begins(in, key)
	}
	return r.reads(in, key, value) && r.scalar(value, indent)
}

// isMiswritten: Go's JSON reader takes a key of the head in any case for it.
func isMiswritten(key string) bool {
	for _, known := range [...]string{"apiVersion", "kind", "metadata", "name", "annotations"} {
		if key != known && strings.EqualFold(key, known) {
			return true
		}
	}
	return false
}

// begins notes a key without a value on its line.
func (r *plainReader) begins(in role, key string) bool {
	switch {
	case in == annotations, in == root && (key == "apiVersion" || key == "kind"), in == metadata && key == "name":
		return false
	case in == root && key == "metadata":
		r.valueRole = metadata
		return r.first(2)
	case in == metadata && key == "annotations":
		r.valueRole = annotations
		return r.hasMetadata()
	case in == metadata:
		return r.hasMetadata()
	}
	return true
}

func (r *plainReader) hasMetadata() bool {
	if r.head.Metadata == nil {
		r.head.Metadata = &struct {
			Name        string            `json:"name"`
			Annotations map[string]string `json:"annotations"`
		}{}
	}
	return true
}

// first refuses a key of the head that comes twice.
func (r *plainReader) first(which int) bool {
	again := r.seen[which]
	r.seen[which] = true
	return !again
}

// reads takes what the head needs of an entry whose value stands on its line.
func (r *plainReader) reads(in role, key, value string) (ok bool) {
	switch {
	case in == root && key == "apiVersion":
		r.head.Version, ok = word(value)
		return ok && r.first(0)
	case in == root && key == "kind":
		r.head.Kind, ok = word(value)
		return ok && r.first(1)
	case in == root && key == "metadata", in == metadata && key == "annotations":
		return false
	case in == metadata && key == "name":
		if r.hasMetadata() && r.head.Metadata.Name != "" {
			return false
		}
		r.head.Metadata.Name, ok = word(value)
		return ok
	case in == metadata:
		return r.hasMetadata()
	case in == annotations:
		return value[0] != '[' && value[0] != '{'
	}
	return true
}

// word is a plain or quoted text that no reader of YAML takes for anything but a text.
func word(value string) (string, bool) {
	if n := len(value); n > 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		value = value[1 : n-1]
	} else if !isLetter(value[0]) {
		return "", false
	}
	for i := 0; i < len(value); i++ {
		if c := value[i]; !isLetter(c) && !isDigit(c) && c != '-' && c != '.' && c != '/' {
			return "", false
		}
	}
	return value, !isConstant(value)
}

func isConstant(text string) bool {
	switch strings.ToLower(text) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		return true
	}
	return false
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
