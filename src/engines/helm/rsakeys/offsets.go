package rsakeys

// offsets lead from a start to its prime, by bits of the key. Made by rsakeys/search.
var offsets = map[int][][2]int64{
	2048: {{958, 1092}, {548, 1112}, {216, 2344}, {176, 22}, {1358, 112}, {608, 656}, {1600, 930}, {522, 2228}, {1036, 1550}, {1052, 196}, {1042, 520}, {540, 350}},
	4096: {{1980, 3236}, {3852, 2116}, {3042, 3454}},
}
