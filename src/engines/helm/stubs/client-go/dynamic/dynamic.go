// Package dynamic stands in for the real one, which the engine's edited copy of Helm no longer uses.
package dynamic
