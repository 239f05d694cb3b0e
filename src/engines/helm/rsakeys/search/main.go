// Prints rsakeys/offsets.go: how far from its start each prime lies. Run it in this module's folder:
//
//	go run ./rsakeys/search > rsakeys/offsets.go
package main

import (
	"fmt"
	"math/big"

	"pod-lifecycle-review/helm/rsakeys"
)

// wanted is how many keys of each size a chart finds before they come again.
var wanted = [][2]int{{2048, 12}, {4096, 3}}

const rounds = 40

func main() {
	fmt.Print("package rsakeys\n\n// offsets lead from a start to its prime, by bits of the key. Made by rsakeys/search.\n")
	fmt.Print("var offsets = map[int][][2]int64{\n")
	for _, each := range wanted {
		fmt.Printf("\t%d: {", each[0])
		for number := range each[1] {
			if number > 0 {
				fmt.Print(", ")
			}
			fmt.Printf("{%d, %d}", offset(each[0], number, 0), offset(each[0], number, 1))
		}
		fmt.Print("},\n")
	}
	fmt.Print("}\n")
}

// offset looks for a prime whose predecessor the exponent does not divide.
func offset(bits, number, which int) int64 {
	start := rsakeys.Start(bits, number, which)
	one, exponent := big.NewInt(1), big.NewInt(65537)
	for step := int64(0); ; step += 2 {
		p := new(big.Int).Add(start, big.NewInt(step))
		before := new(big.Int).Sub(p, one)
		if new(big.Int).Mod(before, exponent).Sign() != 0 && p.ProbablyPrime(rounds) {
			return step
		}
	}
}
