package engine

import (
	"slices"
	"text/template/parse"
)

// Steps is what one template execution read, node by node; empty unless reads are recorded.
type Steps struct {
	// Branches are the conditions and ranges that were worked out, in their order.
	Branches []Branch
	// Began and Ended are places in the log of reads.
	Began, Ended int

	node      parse.Node
	from      int
	tree      *parse.Tree
	variables map[string][]uint32
}

// Branch is an if, with or range whose expression read From to To of the log.
type Branch struct {
	Node     parse.Node
	From, To int
}

// Step is where in the log of reads a part of the text begins and ends.
type Step struct{ From, To, Branches int }

// begin takes the next node. What a variable stands for was read when it was set, and counts as read again.
func (s *Steps) begin(node parse.Node, tree *parse.Tree) {
	s.settle()
	s.node, s.from, s.tree = node, len(reading.Log), tree
	for _, name := range variablesOf(node).used {
		reading.add(s.variables[name]...)
	}
	reading.seal()
	if isBranch(node) {
		s.Branches = append(s.Branches, Branch{node, s.from, s.from})
	}
}

// settle ends the node before.
func (s *Steps) settle() {
	if s.node == nil {
		return
	}
	to := len(reading.Log)
	if isBranch(s.node) {
		s.Branches[len(s.Branches)-1].To = to
	}
	if set := variablesOf(s.node).set; len(set) > 0 {
		ids := slices.Clone(reading.Log[s.from:to])
		for _, branch := range Enclosing(s.tree, s.node) {
			if b := s.Last(branch, len(s.Branches)); b != nil {
				ids = append(ids, reading.Log[b.From:b.To]...)
			}
		}
		s.keep(set, ids)
	}
	s.node = nil
}

// maxOfVariable bounds what one variable stands for.
const maxOfVariable = 200

func (s *Steps) keep(names []string, ids []uint32) {
	if s.variables == nil {
		s.variables = map[string][]uint32{}
	}
	for _, name := range names {
		all := append(slices.Clone(s.variables[name]), ids...)
		slices.Sort(all)
		all = slices.Compact(all)
		s.variables[name] = all[:min(len(all), maxOfVariable)]
	}
}

func (s *Steps) end() {
	s.settle()
	s.Ended = len(reading.Log)
}

// Last is the last time that a condition was worked out among the first ones; nil where it was not.
func (s *Steps) Last(node parse.Node, among int) *Branch {
	for i := among - 1; i >= 0; i-- {
		if s.Branches[i].Node == node {
			return &s.Branches[i]
		}
	}
	return nil
}

func isBranch(node parse.Node) bool {
	switch node.(type) {
	case *parse.IfNode, *parse.WithNode, *parse.RangeNode:
		return true
	}
	return false
}

// variables are the names of those that a node's expression uses, and of those that it sets.
type variables struct{ used, set []string }

var (
	variablesByNode = map[parse.Node]variables{}
	branchesByTree  = map[*parse.Tree]map[parse.Node][]parse.Node{}
)

// ForgetNodes bounds what is kept of trees that outlive a request.
func ForgetNodes() {
	if len(variablesByNode) > 100_000 || len(branchesByTree) > 10_000 {
		clear(variablesByNode)
		clear(branchesByTree)
	}
}

func variablesOf(node parse.Node) variables {
	known, is := variablesByNode[node]
	if !is {
		if pipe := pipeOf(node); pipe != nil {
			known.collect(pipe)
		}
		variablesByNode[node] = known
	}
	return known
}

func pipeOf(node parse.Node) *parse.PipeNode {
	switch node := node.(type) {
	case *parse.ActionNode:
		return node.Pipe
	case *parse.TemplateNode:
		return node.Pipe
	case *parse.IfNode:
		return node.Pipe
	case *parse.WithNode:
		return node.Pipe
	case *parse.RangeNode:
		return node.Pipe
	}
	return nil
}

// changing functions change the map that they are given.
var changing = []string{"set", "unset", "merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite"}

func (v *variables) collect(pipe *parse.PipeNode) {
	for _, variable := range pipe.Decl {
		v.set = append(v.set, variable.Ident[0])
	}
	for _, command := range pipe.Cmds {
		for _, argument := range command.Args {
			v.argument(argument)
		}
		if name, is := command.Args[0].(*parse.IdentifierNode); is && slices.Contains(changing, name.Ident) {
			v.set = append(v.set, v.used...)
		}
	}
}

func (v *variables) argument(node parse.Node) {
	switch node := node.(type) {
	case *parse.VariableNode:
		if node.Ident[0] != "$" {
			v.used = append(v.used, node.Ident[0])
		}
	case *parse.ChainNode:
		v.argument(node.Node)
	case *parse.PipeNode:
		v.collect(node)
	}
}

// Enclosing are the conditions and ranges that a node stands in, the nearest first.
func Enclosing(tree *parse.Tree, node parse.Node) []parse.Node {
	if tree == nil || tree.Root == nil {
		return nil
	}
	known, is := branchesByTree[tree]
	if !is {
		known = map[parse.Node][]parse.Node{}
		visitBranches(tree.Root, nil, known)
		branchesByTree[tree] = known
	}
	return known[node]
}

func visitBranches(list *parse.ListNode, above []parse.Node, known map[parse.Node][]parse.Node) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		if len(above) > 0 {
			known[node] = above
		}
		var branch *parse.BranchNode
		switch node := node.(type) {
		case *parse.IfNode:
			branch = &node.BranchNode
		case *parse.WithNode:
			branch = &node.BranchNode
		case *parse.RangeNode:
			branch = &node.BranchNode
		default:
			continue
		}
		inside := append([]parse.Node{node}, above...)
		visitBranches(branch.List, inside, known)
		visitBranches(branch.ElseList, inside, known)
	}
}
