package ui

import (
	"fmt"
	"testing"
)

func TestAxisHoldsEveryBar(t *testing.T) {
	for most, want := range map[int64]string{0: "[4 3 2 1 0]", 4: "[4 3 2 1 0]", 5: "[8 6 4 2 0]", 1234: "[2k 1.5k 1k 500 0]", 3_999_999: "[4M 3M 2M 1M 0]"} {
		if got := fmt.Sprint(BarChart{Bars: []Bar{{Values: []int64{most / 2, most - most/2}}}}.ticks()); got != want {
			t.Errorf("%d: %s, want %s", most, got, want)
		}
	}
}

func TestSparklineOfAFlatLine(t *testing.T) {
	if line, _ := sparkPath([]int64{3, 3, 3}); line != "M0.0 34.0L50.0 34.0L100.0 34.0" {
		t.Error(line)
	}
	if line, area := sparkPath([]int64{1}); line+area != "" {
		t.Error("a line of one point")
	}
}
