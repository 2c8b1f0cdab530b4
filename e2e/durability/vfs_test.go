package durability

import (
	"strings"
	"sync"
	"testing"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// disk is a layer under SQLite that notes what is written, cut off, deleted and synced below a folder, in
// order. It lies between SQLite and its own file system as a VFS (sqlite.org/vfs.html): each file that is
// opened gets a copy of its method table in which three methods are ours.
type disk struct {
	mu   sync.Mutex
	root string
	log  []event
}

type event struct {
	op   string // write, truncate, sync, delete
	file string
	off  int64
	data []byte
}

// at is the number of events so far.
func (d *disk) at() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.log)
}

func (d *disk) note(e event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.root != "" && strings.HasPrefix(e.file, d.root) {
		e.file = e.file[len(d.root):]
		d.log = append(d.log, e)
	}
}

// watch begins a new log for what lies below root.
func (d *disk) watch(root string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.root, d.log = root+"/", nil
}

// take answers the log and stops watching.
func (d *disk) take() []event {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.root = ""
	return d.log
}

type (
	openFunc     = func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	deleteFunc   = func(*libc.TLS, uintptr, uintptr, int32) int32
	writeFunc    = func(*libc.TLS, uintptr, uintptr, int32, int64) int32
	truncateFunc = func(*libc.TLS, uintptr, int64) int32
	syncFunc     = func(*libc.TLS, uintptr, int32) int32
)

// shim is the one VFS of the process; SQLite's registry is global too.
var shim struct {
	once  sync.Once
	disk  disk
	below sqlite3.Tsqlite3_vfs
	mu    sync.Mutex
	files map[uintptr]opened // by sqlite3_file
}

type opened struct {
	path  string
	below *sqlite3.Tsqlite3_io_methods
}

// theDisk registers the VFS as the default one and answers its disk.
func theDisk(t testing.TB) *disk {
	shim.once.Do(func() {
		tls := libc.NewTLS()
		if rc := sqlite3.Xsqlite3_initialize(tls); rc != 0 {
			t.Fatalf("initialise SQLite: %d", rc)
		}
		shim.files = map[uintptr]opened{}
		shim.below = *(*sqlite3.Tsqlite3_vfs)(at(sqlite3.Xsqlite3_vfs_find(tls, 0)))
		mem := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(shim.below)))
		ours := (*sqlite3.Tsqlite3_vfs)(at(mem))
		*ours = shim.below
		ours.FpNext = 0
		name, err := libc.CString("powercut")
		if err != nil {
			t.Fatal(err)
		}
		ours.FzName = name
		open, del := openFunc(vfsOpen), deleteFunc(vfsDelete)
		ours.FxOpen = *(*uintptr)(unsafe.Pointer(&open))
		ours.FxDelete = *(*uintptr)(unsafe.Pointer(&del))
		if rc := sqlite3.Xsqlite3_vfs_register(tls, mem, 1); rc != 0 {
			t.Fatalf("register VFS: %d", rc)
		}
	})
	return &shim.disk
}

// at is the memory of C that an address names.
func at(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }

// fn is the Go function that a method table's entry is.
func fn[F any](entry *uintptr) F { return *(*F)(unsafe.Pointer(entry)) }

func vfsOpen(tls *libc.TLS, vfs, name, file uintptr, flags int32, outFlags uintptr) int32 {
	rc := fn[openFunc](&shim.below.FxOpen)(tls, vfs, name, file, flags, outFlags)
	f := (*sqlite3.Tsqlite3_file)(at(file))
	if rc != 0 || name == 0 || f.FpMethods == 0 {
		return rc
	}
	below := (*sqlite3.Tsqlite3_io_methods)(at(f.FpMethods))
	mem := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(*below)))
	ours := (*sqlite3.Tsqlite3_io_methods)(at(mem))
	*ours = *below
	write, truncate, sync := writeFunc(fileWrite), truncateFunc(fileTruncate), syncFunc(fileSync)
	ours.FxWrite = *(*uintptr)(unsafe.Pointer(&write))
	ours.FxTruncate = *(*uintptr)(unsafe.Pointer(&truncate))
	ours.FxSync = *(*uintptr)(unsafe.Pointer(&sync))
	f.FpMethods = mem // it leaks some hundred bytes a file, in a test
	shim.mu.Lock()
	shim.files[file] = opened{path: libc.GoString(name), below: below}
	shim.mu.Unlock()
	return rc
}

func fileOf(file uintptr) opened {
	shim.mu.Lock()
	defer shim.mu.Unlock()
	return shim.files[file]
}

func fileWrite(tls *libc.TLS, file, buf uintptr, n int32, off int64) int32 {
	f := fileOf(file)
	data := append([]byte(nil), unsafe.Slice((*byte)(at(buf)), n)...)
	rc := fn[writeFunc](&f.below.FxWrite)(tls, file, buf, n, off)
	shim.disk.note(event{op: "write", file: f.path, off: off, data: data})
	return rc
}

func fileTruncate(tls *libc.TLS, file uintptr, size int64) int32 {
	f := fileOf(file)
	rc := fn[truncateFunc](&f.below.FxTruncate)(tls, file, size)
	shim.disk.note(event{op: "truncate", file: f.path, off: size})
	return rc
}

// fileSync notes the sync when it is done: what was written before it began is then safe.
func fileSync(tls *libc.TLS, file uintptr, flags int32) int32 {
	f := fileOf(file)
	rc := fn[syncFunc](&f.below.FxSync)(tls, file, flags)
	if rc == 0 {
		shim.disk.note(event{op: "sync", file: f.path})
	}
	return rc
}

func vfsDelete(tls *libc.TLS, vfs, name uintptr, dirSync int32) int32 {
	rc := fn[deleteFunc](&shim.below.FxDelete)(tls, vfs, name, dirSync)
	if rc == 0 {
		shim.disk.note(event{op: "delete", file: libc.GoString(name)})
	}
	return rc
}
