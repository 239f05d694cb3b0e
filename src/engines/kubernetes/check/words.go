package check

import (
	"cmp"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// What Kubernetes says often quotes the object: a label, a quantity, a whole spec, and with them a secret.
// Nothing of it may leave, so a message is not cleaned but written anew from Kubernetes' own words: the build
// collects the string literals of its validation packages, with a hole for each operand. A message that one of
// them fits is repeated with its operands hidden; any other is reduced to its type ("Invalid value").
// An operand is repeated only when it is again such a message, a constant of the API ("cpu", "Always"), or a
// number in one of limitSentences.
//
// The build fills these lists in (see prepare.mjs); without them every message is reduced to its type.
var (
	sentences []string // holes are hole bytes
	constants []string // sorted: the values of enumerations, the resource names
	pathNames []string // sorted: names that validation puts into field paths
)

const hole = "\x00"

// sentenceParts are the sentences cut at their holes.
var sentenceParts [][]string

// The file that the build adds is collected_words.go, and Go runs init functions in the order of file names.
func init() {
	for _, sentence := range sentences {
		sentenceParts = append(sentenceParts, strings.Split(sentence, hole))
	}
}

// The operands of these are limits that Kubernetes sets, never values of an object.
var limitSentences = []string{
	"may not be more than \x00 \x00",
	"must have at most \x00 \x00",
	"must be greater than or equal to \x00",
	"must be less than or equal to \x00",
	"must be between \x00 and \x00, inclusive",
	"must be no more than \x00 characters",
	"must be no more than \x00 bytes",
}

var (
	number = regexp.MustCompile(`^-?[0-9]+$`)
	// Rules about names end with examples and the expression that Kubernetes uses: the sentence before says it.
	expression = regexp.MustCompile(` \((e\.g\. |regex used for validation is ).*\)$`)
)

func problemOfError(root reflect.Type, err *field.Error) Problem {
	at, _ := follow(root, err.Field)
	problem := Problem{Type: string(err.Type), Field: at.path, Detail: err.Type.String()}
	if words, known := detailWords(err); known {
		problem.Detail = words
	}
	return problem
}

func detailWords(err *field.Error) (string, bool) {
	if values, listed := strings.CutPrefix(err.Detail, "supported values: "); listed {
		return "supported values: " + constantsIn(values), true
	}
	return ownWords(err.Detail)
}

// A warning starts with its field, when it has one.
func problemOfWarning(root reflect.Type, warning string) Problem {
	problem := Problem{Type: "Warning", Detail: "Warning"}
	if path, rest, cut := strings.Cut(warning, ": "); cut && !strings.Contains(path, " ") {
		if at, _ := follow(root, path); at.path != "" {
			problem.Field, warning = at.path, rest
		}
	}
	if words, known := ownWords(warning); known {
		problem.Detail = words
	}
	return problem
}

// ownWords answers a message with nothing in it but what Kubernetes' source says.
func ownWords(message string) (string, bool) {
	message, _, _ = strings.Cut(message, "\n") // what follows is a dump of both objects
	if words, known := fittingSentence(message); known {
		return words, true
	}
	return fittingSentence(expression.ReplaceAllString(message, ""))
}

// fittingSentence takes the longest sentence that fits: it leaves the least to the holes.
func fittingSentence(message string) (string, bool) {
	best := ""
	var values []string
	for i, sentence := range sentences {
		if len(sentence) <= len(best) {
			continue
		}
		if found := operands(message, sentenceParts[i]); found != nil {
			best, values = sentence, found
		}
	}
	if best == "" {
		return "", false
	}
	isLimit := slices.Contains(limitSentences, best)
	words := best
	for _, value := range values {
		words = strings.Replace(words, hole, operandWords(value, isLimit), 1)
	}
	return words, true
}

// operands matches the parts of a sentence and answers what stands between them; nil: it does not match.
func operands(message string, parts []string) []string {
	last := len(parts) - 1
	if last == 0 && message == parts[0] {
		return []string{}
	}
	rest, starts := strings.CutPrefix(message, parts[0])
	rest, ends := strings.CutSuffix(rest, parts[last])
	if last == 0 || !starts || !ends {
		return nil
	}
	values := []string{}
	for _, part := range parts[1:last] {
		value, after, found := strings.Cut(rest, part)
		if !found {
			return nil
		}
		values, rest = append(values, value), after
	}
	return append(values, rest)
}

func operandWords(value string, isLimit bool) string {
	if isLimit && (number.MatchString(value) || unitOfLimit(value)) {
		return value
	}
	if isConstant(strings.Trim(value, "\"'`")) {
		return value
	}
	if words, known := ownWords(strings.Trim(value, "[]")); known {
		return words
	}
	return hidden
}

func unitOfLimit(word string) bool {
	return slices.Contains([]string{"byte", "bytes", "character", "characters", "item", "items"}, word)
}

func constantsIn(list string) string {
	values := strings.Split(list, ", ")
	for i, value := range values {
		if !isConstant(strings.Trim(value, `"`)) {
			values[i] = hidden
		}
	}
	return strings.Join(values, ", ")
}

func isConstant(word string) bool {
	_, known := slices.BinarySearch(constants, word)
	return known
}

// sorted orders problems and leaves out what became the same once its values were gone.
func sorted(problems []Problem) []Problem {
	slices.SortFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Detail, b.Detail))
	})
	if problems == nil {
		return []Problem{}
	}
	return slices.Compact(problems)
}
