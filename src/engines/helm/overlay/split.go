package util

import "strings"

const dashes = "---"

// CutDocument cuts at the first line that begins with three dashes, whatever follows them: Helm's separator is the
// regular expression (?m)^---[ \t]*, which is slow. begun: the text begins a line.
func CutDocument(text string, begun bool) (document, rest string, found bool) {
	at := 0
	if !begun || !strings.HasPrefix(text, dashes) {
		if at = strings.Index(text, "\n"+dashes) + 1; at == 0 {
			return text, "", false
		}
	}
	return text[:at], strings.TrimLeft(text[at+len(dashes):], " \t"), true
}

func splitDocuments(text string) (documents []string) {
	for begun, more := true, true; more; begun = false {
		var document string
		document, text, more = CutDocument(text, begun)
		documents = append(documents, document)
	}
	return documents
}

var kindOrders = map[*string]map[string]int{}

// kindOrder is the place of each kind, made once for each order instead of for each comparison.
func kindOrder(o KindSortOrder) map[string]int {
	known := kindOrders[&o[0]]
	if known == nil {
		known = make(map[string]int, len(o))
		for place, kind := range o {
			known[kind] = place
		}
		kindOrders[&o[0]] = known
	}
	return known
}
