// Package rsakeys gives RSA keys at once. To search for their primes takes a sandbox two to ten seconds each, and nobody
// who reviews a chart looks at a key: all that counts is that it is one, and that a chart's keys differ.
package rsakeys

import (
	"crypto/rsa"
	"fmt"
	"math/big"
	"math/rand/v2"
)

const exponent = 65537

var (
	taken = map[int]int{}
	made  = map[[2]int]*rsa.PrivateKey{}
)

// Restart makes the next key of each size the first one again.
func Restart() { clear(taken) }

// Next gives the next key of a size in bits, 2048 or 4096. When all are taken, the first one follows the last.
func Next(bits int) (*rsa.PrivateKey, error) {
	table := offsets[bits]
	if len(table) == 0 {
		return nil, fmt.Errorf("no RSA key of %d bits", bits)
	}
	number := taken[bits] % len(table)
	taken[bits]++
	id := [2]int{bits, number}
	if made[id] == nil {
		made[id] = keyOf(Start(bits, number, 0), Start(bits, number, 1), table[number])
	}
	return made[id], nil
}

// Start is where the search for a prime begins: an odd number of half the key's bits. The two highest bits are set,
// so that two of them make a product of all its bits.
func Start(bits, number, which int) *big.Int {
	source := rand.NewChaCha8([32]byte{byte(bits >> 8), byte(number), byte(which)})
	bytes := make([]byte, bits/16)
	_, _ = source.Read(bytes)
	bytes[0] |= 0xc0
	bytes[len(bytes)-1] |= 1
	return new(big.Int).SetBytes(bytes)
}

func keyOf(p, q *big.Int, offset [2]int64) *rsa.PrivateKey {
	p.Add(p, big.NewInt(offset[0]))
	q.Add(q, big.NewInt(offset[1]))
	one := big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: exponent},
		D:         new(big.Int).ModInverse(big.NewInt(exponent), phi),
		Primes:    []*big.Int{p, q},
	}
	key.Precompute()
	return key
}
