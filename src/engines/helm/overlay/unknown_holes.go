package template

import (
	"regexp"
	"slices"
	"strings"
)

// holeFor is what stands in the text where one of several texts would: the text itself where they are all the
// same, else a token on a line as little indented as any line of theirs, so that it stands for all of them.
func holeFor(texts []string) string {
	if allEqual(texts) {
		return texts[0]
	}
	blank, documents := true, false
	for _, text := range texts {
		if isWild(text) {
			return "\n" + WildToken + "\n"
		}
		blank = blank && strings.TrimSpace(text) == ""
		documents = documents || beginsDocument(text) >= 0
	}
	switch {
	case blank:
		return longest(texts)
	case documents:
		return documentsHole(texts)
	}
	return linesHole(texts)
}

func allEqual(texts []string) bool {
	for _, text := range texts[1:] {
		if text != texts[0] {
			return false
		}
	}
	return true
}

func longest(texts []string) string {
	best := texts[0]
	for _, text := range texts[1:] {
		if strings.Count(text, "\n") > strings.Count(best, "\n") || best == "" {
			best = text
		}
	}
	return best
}

// isWild: the text's own shape is not known.
func isWild(text string) bool {
	if !IsTainted(text) {
		return false
	}
	if strings.Contains(text, WildToken) {
		return true
	}
	for _, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == TextToken {
			return true
		}
	}
	return false
}

// beginsDocument is the offset of the first line of three dashes, or -1.
func beginsDocument(text string) int {
	if strings.HasPrefix(text, "---") {
		return 0
	}
	if at := strings.Index(text, "\n---"); at >= 0 {
		return at + 1
	}
	return -1
}

func documentsHole(texts []string) string {
	var before, after []string
	for _, text := range texts {
		first := beginsDocument(text)
		if first < 0 {
			before = append(before, text)
			continue
		}
		before = append(before, text[:first])
		for first >= 0 {
			rest := text[first+3:]
			if next := beginsDocument(rest); next > 0 {
				text, first = rest, next
				continue
			}
			after = append(after, strings.TrimLeft(rest, "- \t"))
			break
		}
	}
	return holeFor(append(before, "")) + "\n---\n" + DocsToken + kindsIn(texts) + "\n---\n" + holeFor(append(after, ""))
}

func linesHole(texts []string) string {
	var hole strings.Builder
	least, tail, lines, first := -1, "", false, false
	for _, text := range texts {
		head, rest, more := strings.Cut(text, "\n")
		first = first || strings.TrimSpace(head) != ""
		if !more {
			continue
		}
		lines = true
		for rest != "" {
			var line string
			line, rest, more = strings.Cut(rest, "\n")
			if kept := strings.TrimLeft(line, " \t"); strings.TrimSpace(kept) != "" && (least < 0 || len(line)-len(kept) < least) {
				least = len(line) - len(kept)
			}
			tail = ""
			if !more && strings.TrimSpace(line) == "" {
				tail = line
			}
			if more && rest == "" {
				tail = ""
			}
		}
	}
	if first {
		hole.WriteString(leadingBlanks(texts) + Token)
	}
	if !lines {
		return hole.String()
	}
	if least >= 0 {
		hole.WriteString("\n" + strings.Repeat(" ", least) + HoleToken)
		if least == 0 {
			hole.WriteString(kindsIn(texts))
		}
	}
	if endsLine(texts) {
		hole.WriteString("\n" + tail)
	}
	return hole.String()
}

var kindLine = regexp.MustCompile(`^kind: *["']?([A-Za-z]+)["']? *(#.*)?$`)

// KindsMark begins a comment with the kinds of all the objects that an undecided text may hold.
const KindsMark = " #kinds="

// kindsIn is empty where a document does not tell its kind.
func kindsIn(texts []string) string {
	kinds := map[string]bool{}
	for _, text := range texts {
		for begun := true; text != "" || begun; begun = false {
			document, rest := text, ""
			if at := beginsDocument(text[min(1, len(text)):]); at >= 0 {
				document, rest = text[:at+1], text[at+1:]
			}
			text = rest
			if !kindsOf(document, kinds) {
				return ""
			}
		}
	}
	names := make([]string, 0, len(kinds))
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	return KindsMark + strings.Join(names, ",")
}

func kindsOf(document string, kinds map[string]bool) (told bool) {
	content := false
	for _, line := range strings.Split(document, "\n") {
		if found := kindLine.FindStringSubmatch(line); found != nil {
			kinds[found[1]], told = true, true
			continue
		}
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || strings.HasPrefix(line, "---") {
			continue
		}
		if _, inner, marked := strings.Cut(line, KindsMark); marked && IsTainted(line) {
			for _, name := range strings.Split(inner, ",") {
				kinds[name] = true
			}
			continue
		}
		content = true
	}
	return told || !content
}

// leadingBlanks are those of the text that has something before its first line's end.
func leadingBlanks(texts []string) string {
	for _, text := range texts {
		head, _, _ := strings.Cut(text, "\n")
		if kept := strings.TrimLeft(head, " \t"); kept != "" {
			return head[:len(head)-len(kept)]
		}
	}
	return ""
}

// endsLine: what follows a text begins a line of its own.
func endsLine(texts []string) bool {
	for _, text := range texts {
		if at := strings.LastIndexByte(text, '\n'); at >= 0 && strings.TrimSpace(text[at:]) == "" {
			return true
		}
	}
	return false
}
