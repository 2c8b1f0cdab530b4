package ui

import (
	"fmt"
	"strings"
)

// sparkPath is a line through points in a box of 100 by 40, and the area below it.
func sparkPath(points []int64) (line, area string) {
	if len(points) < 2 {
		return "", ""
	}
	lo, hi := points[0], points[0]
	for _, p := range points {
		lo, hi = min(lo, p), max(hi, p)
	}
	var b strings.Builder
	for i, p := range points {
		y := 34.0
		if hi > lo {
			y -= float64(p-lo) / float64(hi-lo) * 26
		}
		letter := 'L'
		if i == 0 {
			letter = 'M'
		}
		fmt.Fprintf(&b, "%c%.1f %.1f", letter, float64(i)/float64(len(points)-1)*100, y)
	}
	return b.String(), b.String() + "V40H0Z"
}

// Bar is one place on the axis, its values stacked.
type Bar struct {
	Label  string
	Short  string // below the axis; "" leaves it out
	Values []int64
}

func (b Bar) sum() (n int64) {
	for _, v := range b.Values {
		n += v
	}
	return n
}

// BarChart is bars with a table of the same numbers.
type BarChart struct {
	ID, Title string
	Series    []string // what the values are, lowest first: what is good and, where there are two, what failed
	First     string   // what the bars are, as the head of the table's first column
	Table     string   // the words that open the table
	Bars      []Bar
}

// Each bar has a hundred units of the drawing's width, and the plot is two hundred high.
const (
	barStep   = 100
	barWidth  = 54
	barHeight = 200
)

// top is where the axis ends: the least of 1, 2 or 5 times a power of ten in four steps that holds every bar.
func (c BarChart) top() int64 {
	most := int64(1)
	for _, b := range c.Bars {
		most = max(most, b.sum())
	}
	for unit := int64(1); ; unit *= 10 {
		for _, k := range []int64{1, 2, 5} {
			if unit*k*4 >= most {
				return unit * k * 4
			}
		}
	}
}

// ticks are the numbers of the axis, highest first.
func (c BarChart) ticks() []string {
	var out []string
	for i := int64(4); i >= 0; i-- {
		out = append(out, compact(c.top()/4*i))
	}
	return out
}

func compact(n int64) string {
	switch {
	case n >= 1_000_000 && n%100_000 == 0:
		return strings.Replace(fmt.Sprintf("%.1fM", float64(n)/1e6), ".0", "", 1)
	case n >= 1_000 && n%100 == 0:
		return strings.Replace(fmt.Sprintf("%.1fk", float64(n)/1e3), ".0", "", 1)
	}
	return fmt.Sprint(n)
}

// rect is a part of a bar, in the drawing's units.
type rect struct{ class, x, y, height string }

func (c BarChart) rects(i int) []rect {
	var out []rect
	y := float64(barHeight)
	for k, v := range c.Bars[i].Values {
		h := float64(v) / float64(c.top()) * barHeight
		if y -= h; v > 0 {
			out = append(out, rect{fmt.Sprintf("c%d", k+1), fmt.Sprint(i*barStep + (barStep-barWidth)/2), fmt.Sprintf("%.1f", y), fmt.Sprintf("%.1f", max(h, 1))})
		}
	}
	return out
}

func (c BarChart) describe(b Bar) string {
	parts := make([]string, len(b.Values))
	for i, v := range b.Values {
		parts[i] = fmt.Sprintf("%d %s", v, c.Series[i])
	}
	return b.Label + ": " + strings.Join(parts, ", ")
}
