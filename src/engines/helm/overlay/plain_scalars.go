package util

import "strings"

// maxKey is far below the 1,024 characters within which YAML wants the colon.
const maxKey = 250

// cutKey gives the key of `key: value` and the value, which is empty where nothing follows; no key is "".
func cutKey(content string) (key, value string) {
	end := 0
	if quote := content[0]; quote == '"' || quote == '\'' {
		end = strings.IndexByte(content[1:], quote) + 1
		if end == 0 || strings.ContainsRune(content[1:end], '\\') {
			return "", ""
		}
		key, end = content[1:end], end+1
	} else {
		if !isLetter(content[0]) && content[0] != '_' {
			return "", ""
		}
		for end < len(content) && isKeyCharacter(content[end]) {
			end++
		}
		key = content[:end]
		if isConstant(key) {
			return "", ""
		}
	}
	if end >= len(content) || content[end] != ':' || end > maxKey {
		return "", ""
	}
	if value = content[end+1:]; value != "" && value[0] != ' ' {
		return "", ""
	}
	return key, strings.TrimLeft(value, " ")
}

func isKeyCharacter(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '_' || c == '-' || c == '.' || c == '/'
}

// scalar accepts a value that ends on its line, and a literal or folded text below it.
func (r *plainReader) scalar(value string, parent int) bool {
	c := value[0]
	if c != '"' && c != '\'' {
		value, _, _ = strings.Cut(value, " #") // a comment follows
		value = strings.TrimRight(value, " ")
	}
	switch {
	case c == '|' || c == '>':
		return (len(value) == 1 || len(value) == 2 && (value[1] == '-' || value[1] == '+')) && r.block(parent)
	case c == '"':
		return endsDoubleQuoted(value)
	case c == '\'':
		return endsSingleQuoted(value)
	case c == '[' || c == '{':
		return value == "[]" || value == "{}" || c == '[' && isPlainFlow(value)
	case c == '-':
		return len(value) > 1 && value[1] != ' ' && isPlainScalar(value)
	}
	return isPlainStart(value[0]) && isPlainScalar(value)
}

func isPlainStart(c byte) bool { return isLetter(c) || isDigit(c) || c == '/' || c == '(' || c == '_' }

// isPlainScalar: no key stands in it.
func isPlainScalar(value string) bool {
	return value[len(value)-1] != ':' && !strings.Contains(value, ": ")
}

// endsSingleQuoted: the quote closes at the end of the line and nowhere before; two quotes are one within.
func endsSingleQuoted(value string) bool {
	inner, closed := strings.CutSuffix(value[1:], "'")
	return closed && strings.IndexByte(strings.ReplaceAll(inner, "''", ""), '\'') < 0
}

// endsDoubleQuoted: the same, with the escapes that every reader knows.
func endsDoubleQuoted(value string) bool {
	for i := 1; i < len(value); i++ {
		switch value[i] {
		case '"':
			return i == len(value)-1
		case '\\':
			i++
			if i == len(value) || !strings.ContainsRune("\"\\nt/", rune(value[i])) {
				return false
			}
		}
	}
	return false
}

// isPlainFlow accepts a list of words and quoted words on one line.
func isPlainFlow(value string) bool {
	inner, closed := strings.CutSuffix(value[1:], "]")
	if !closed {
		return false
	}
	for item := range strings.SplitSeq(inner, ",") {
		item = strings.Trim(item, " ")
		if item == "" {
			return false
		}
		if item[0] == '"' && endsDoubleQuoted(item) {
			continue
		}
		for i := 0; i < len(item); i++ {
			if !isKeyCharacter(item[i]) || i == 0 && !isLetter(item[0]) {
				return false
			}
		}
	}
	return true
}

// block skips a literal or folded text: the lines below that are indented deeper than its parent.
func (r *plainReader) block(parent int) bool {
	indent := -1
	for r.rest != "" {
		line, _, _ := strings.Cut(r.rest, "\n")
		spaces := indentOf(line)
		switch {
		case spaces == len(line):
			if indent < 0 && spaces > 0 {
				return false // leading blank lines take part in finding the indentation
			}
		case spaces <= parent:
			return true
		case indent < 0:
			if line[spaces] == '\t' {
				return false
			}
			indent = spaces
		case spaces < indent:
			return false
		}
		r.next()
	}
	return true
}
