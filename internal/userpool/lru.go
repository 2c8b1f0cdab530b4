package userpool

import (
	"container/list"
	"sync"
)

const lruSize = 4096

// lru keeps the values that were used last, at most lruSize of them. The zero value is ready; it is safe
// for concurrent use. It decides nothing about freshness: its users compare versions.
type lru[K comparable, V any] struct {
	mu    sync.Mutex
	order list.List
	items map[K]*list.Element
}

type lruItem[K comparable, V any] struct {
	key   K
	value V
}

func (l *lru[K, V]) get(k K) (v V, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.items[k]
	if !ok {
		return v, false
	}
	l.order.MoveToFront(e)
	return e.Value.(lruItem[K, V]).value, true
}

func (l *lru[K, V]) put(k K, v V) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.items[k]; ok {
		e.Value = lruItem[K, V]{k, v}
		l.order.MoveToFront(e)
		return
	}
	if l.items == nil {
		l.items = map[K]*list.Element{}
	}
	l.items[k] = l.order.PushFront(lruItem[K, V]{k, v})
	if l.order.Len() > lruSize {
		last := l.order.Back()
		l.order.Remove(last)
		delete(l.items, last.Value.(lruItem[K, V]).key)
	}
}

func (l *lru[K, V]) drop(k K) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.items[k]; ok {
		l.order.Remove(e)
		delete(l.items, k)
	}
}
