// Command words collects what Kubernetes' validation can say: the string literals of the packages it is given,
// each operand a hole, as a Go file for the check package.
//
//	go run ./words <folder>...
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const hole = "\x00"

type collection struct {
	sentences, constants, pathNames map[string]bool
	named                           map[string]string // string constants of the package being read
}

func main() {
	found := collection{sentences: map[string]bool{}, constants: map[string]bool{}, pathNames: map[string]bool{}}
	for _, folder := range os.Args[1:] {
		if err := found.readPackage(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	fmt.Print("package check\n\nfunc init() {\n")
	write("sentences", found.sentences)
	write("constants", found.constants)
	write("pathNames", found.pathNames)
	fmt.Print("}\n")
}

func write(name string, words map[string]bool) {
	fmt.Printf("\t%s = []string{\n", name)
	for _, word := range slices.Sorted(maps.Keys(words)) {
		fmt.Printf("\t\t%q,\n", word)
	}
	fmt.Print("\t}\n")
}

var enumerations = regexp.MustCompile(`^(types|well_known_.*)\.go$`)

// readPackage takes a folder of Go sources: enumerations from the files of types, words from everything else.
func (c *collection) readPackage(folder string) error {
	files := token.NewFileSet()
	packages, err := parser.ParseDir(files, folder, func(file fs.FileInfo) bool {
		return !strings.HasSuffix(file.Name(), "_test.go") && !strings.HasPrefix(file.Name(), "zz_generated")
	}, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	if len(packages) == 0 {
		return fmt.Errorf("no Go sources in %s", folder)
	}
	for _, pkg := range packages {
		c.named = namedStrings(pkg.Files)
		for path, file := range pkg.Files {
			if enumerations.MatchString(filepath.Base(path)) {
				ast.Inspect(file, c.takeConstants)
			} else {
				ast.Inspect(file, c.takeWords)
			}
		}
	}
	return nil
}

func namedStrings(files map[string]*ast.File) map[string]string {
	named := map[string]string{}
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			if spec, ok := node.(*ast.ValueSpec); ok && len(spec.Names) == len(spec.Values) {
				for i, name := range spec.Names {
					if text, ok := literal(spec.Values[i]); ok {
						named[name.Name] = text
					}
				}
			}
			return true
		})
	}
	return named
}

// takeConstants takes what has a type of its own, an enumeration, and well-known labels. What is left are names
// that users choose as well, such as the keys of a Secret.
func (c *collection) takeConstants(node ast.Node) bool {
	if declaration, ok := node.(*ast.GenDecl); ok && declaration.Tok != token.CONST {
		return false
	}
	if spec, ok := node.(*ast.ValueSpec); ok {
		for _, value := range spec.Values {
			plain, converted := unconverted(value)
			text, ok := literal(plain)
			if ok && text != "" && (spec.Type != nil || converted || strings.Contains(text, "/")) {
				c.constants[text] = true
			}
		}
	}
	return true
}

// unconverted: some enumerations are written PathType("Exact").
func unconverted(value ast.Expr) (plain ast.Expr, converted bool) {
	if call, ok := value.(*ast.CallExpr); ok && len(call.Args) == 1 {
		return call.Args[0], true
	}
	return value, false
}

func (c *collection) takeWords(node ast.Node) bool {
	switch node := node.(type) {
	case *ast.ImportSpec, *ast.Field: // import paths and struct tags say nothing
		return false
	case *ast.CallExpr:
		c.takePathNames(node)
	case *ast.BinaryExpr:
		if node.Op == token.ADD {
			c.takeSentence(c.text(node))
		}
	case *ast.BasicLit:
		if text, ok := literal(node); ok {
			c.takeSentence(withHoles(text))
		}
	}
	return true
}

func (c *collection) takePathNames(call *ast.CallExpr) {
	function, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || (function.Sel.Name != "Child" && function.Sel.Name != "NewPath") {
		return
	}
	for _, argument := range call.Args {
		if name, ok := literal(argument); ok && name != "" {
			c.pathNames[name] = true
		}
	}
}

var (
	// A sentence has at least two words of its own.
	twoWords = regexp.MustCompile(`[A-Za-z'.-]{2,}[^A-Za-z]+[A-Za-z]{2,}`)
	// Warnings begin with their field, which is reported apart.
	fieldFirst = regexp.MustCompile(`^[^ :]+: `)
)

func (c *collection) takeSentence(text string) {
	text, _, _ = strings.Cut(text, "\n")
	text = fieldFirst.ReplaceAllString(text, "")
	if twoWords.MatchString(strings.ReplaceAll(text, hole, " ")) {
		c.sentences[text] = true
	}
}

// text writes a sum of strings as one sentence.
func (c *collection) text(expression ast.Expr) string {
	switch expression := expression.(type) {
	case *ast.ParenExpr:
		return c.text(expression.X)
	case *ast.BinaryExpr:
		return c.text(expression.X) + c.text(expression.Y)
	case *ast.BasicLit:
		if text, ok := literal(expression); ok {
			return withHoles(text)
		}
	case *ast.Ident:
		if text, known := c.named[expression.Name]; known {
			return withHoles(text)
		}
	}
	return hole
}

func literal(expression ast.Expr) (string, bool) {
	basic, ok := expression.(*ast.BasicLit)
	if !ok || basic.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(basic.Value)
	return text, err == nil
}

var verb = regexp.MustCompile(`%[-+# 0]*[0-9.*]*[a-zA-Z]`)

func withHoles(text string) string {
	return strings.ReplaceAll(verb.ReplaceAllString(text, hole), "%%", "%")
}
