package permission

import (
	"fmt"
	"testing"
)

func TestWhatIsKeptCompiledHasABound(t *testing.T) {
	s := &Service{}
	size := func() (n int) {
		for _, g := range s.compiled {
			n += g.size
		}
		return n
	}
	for i := range 3 * maxKept {
		s.keep(holder{"111122223333", fmt.Sprint(i)}, &granted{version: 1, size: 10})
	}
	if len(s.compiled) > maxKept || s.size != size() {
		t.Error(len(s.compiled), s.size, size())
	}
	for i := range 100 {
		for version := range int64(3) {
			h := holder{"111122223333", fmt.Sprint("large", i%40)}
			s.keep(h, &granted{version: version, size: maxKeptSize / 10})
			if s.compiled[h] == nil || s.size > maxKeptSize || s.size != size() {
				t.Fatal(i, version, s.compiled[h], s.size, size())
			}
		}
	}
	h := holder{"111122223333", "one"}
	s.keep(h, &granted{version: 1, size: 2 * maxKeptSize}) // larger than everything: kept alone
	if s.compiled[h] == nil || len(s.compiled) != 1 || s.size != size() {
		t.Error(len(s.compiled), s.size)
	}
	s.keep(h, &granted{version: 0, size: 1}) // read before the write, answered after it
	if s.compiled[h].version != 1 || s.size != size() {
		t.Error("an older reading took the place of a newer one")
	}
}
