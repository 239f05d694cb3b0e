package util

import (
	"strings"
	"unicode/utf8"
)

// isPrintable: no character that YAML forbids, or takes for a line break or a byte order mark.
func isPrintable(text string) bool {
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if r < 0xa0 || r == 0x2028 || r == 0x2029 || r >= 0xfffd && r < 0x10000 || r == 0xfeff {
			return false
		}
		i += size
	}
	return true
}

// maxDepth is far below where a reader of YAML gives up.
const maxDepth = 500

func (r *plainReader) next() string {
	line, rest, _ := strings.Cut(r.rest, "\n")
	r.rest = rest
	return line
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

func (r *plainReader) line(line string) bool {
	indent := indentOf(line)
	content := strings.TrimRight(line[indent:], " ")
	if content == "" || content[0] == '#' {
		return true
	}
	if strings.ContainsRune(content, '\t') || indent == 0 && strings.HasPrefix(content, "...") {
		return false
	}
	if content == "{}" || content == "[]" {
		return r.empty(content, indent)
	}
	isItem := content == "-" || strings.HasPrefix(content, "- ")
	if !r.place(indent, isItem) {
		return false
	}
	for isItem {
		r.pending, r.valueRole = true, other
		after := strings.TrimLeft(content[1:], " ")
		if after == "" || after[0] == '#' {
			return true
		}
		indent += len(content) - len(after)
		content = after
		isItem = content == "-" || strings.HasPrefix(content, "- ")
		if key, _ := cutKey(content); !isItem && key == "" {
			r.pending = false
			return r.scalar(content, indent-1)
		}
		r.open = append(r.open, collection{indent, isItem, other})
	}
	return r.entry(content, indent)
}

// empty takes an empty collection below its key, as `toYaml` writes one.
func (r *plainReader) empty(content string, indent int) bool {
	fits := r.valueRole == other || r.valueRole == annotations && content == "{}"
	if !fits || !r.pending || indent <= r.open[len(r.open)-1].indent {
		return false
	}
	r.pending, r.valueRole = false, other
	return true
}

// place closes the collections that end before a line and opens the one that it begins.
func (r *plainReader) place(indent int, isItem bool) bool {
	if len(r.open) == 0 {
		r.open = append(r.open, collection{indent, isItem, root})
		return !isItem && indent == 0
	}
	top := r.open[len(r.open)-1]
	if r.pending && (indent > top.indent || isItem && !top.list && indent == top.indent) {
		if isItem && r.valueRole != other {
			return false
		}
		r.open = append(r.open, collection{indent, isItem, r.valueRole})
		return len(r.open) < maxDepth
	}
	if r.wantsMap() {
		return false
	}
	for len(r.open) > 0 {
		top = r.open[len(r.open)-1]
		if top.indent == indent && top.list == isItem {
			return true
		}
		if top.indent < indent || top.indent == indent && !top.list {
			return false
		}
		r.open = r.open[:len(r.open)-1]
	}
	return false
}

// wantsMap: a value that has to be a mapping has not come.
func (r *plainReader) wantsMap() bool { return r.pending && r.valueRole != other }
