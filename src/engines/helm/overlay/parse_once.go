package template

import "text/template/parse"

// parsedText names a text and the template that it makes.
type parsedText struct{ name, text string }

// Trees of texts that were parsed before: nothing that runs a tree changes it, and Helm's functions are always the
// same ones. Base and head, and every values set of a chart, share most of their templates.
var (
	parsed      = map[parsedText]map[string]*parse.Tree{}
	parsedBytes int
)

// maxParsed bounds what is kept, in bytes of text.
const maxParsed = 32 << 20

func (t *Template) parseOnce(text string) (map[string]*parse.Tree, error) {
	key := parsedText{t.name, text}
	if trees, known := parsed[key]; known {
		return trees, nil
	}
	trees, err := parse.Parse(t.name, text, t.leftDelim, t.rightDelim, t.parseFuncs, builtins())
	if err != nil {
		return nil, err
	}
	if parsedBytes += len(text); parsedBytes > maxParsed {
		clear(parsed)
		parsedBytes = len(text)
	}
	parsed[key] = trees
	return trees, nil
}
