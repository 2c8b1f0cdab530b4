package durability

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	fuse "github.com/hanwen/go-fuse/v2/fs"
	kernel "github.com/hanwen/go-fuse/v2/fuse"
)

// platter is a disk that forgets: a file system of the kernel's (FUSE) over one folder, beside which a second
// folder holds what a power cut would leave. A write reaches the second only by an fsync of its file; names
// (create, rename, remove) reach it at once, as a journal would have them.
type platter struct {
	at, live, kept string // the mount and the two folders

	server *kernel.Server
	mu     sync.Mutex
	dirty  map[string][]span // by path, since the last fsync
	off    bool              // the power is gone
}

type span struct{ from, to int64 }

// mountPlatter mounts an empty disk, or skips where the kernel has no FUSE for us.
func mountPlatter(t *testing.T) *platter {
	t.Helper()
	dir, err := os.MkdirTemp("", "gatehouse-platter-")
	if err != nil {
		t.Fatal(err)
	}
	p := &platter{at: filepath.Join(dir, "at"), live: filepath.Join(dir, "live"), kept: filepath.Join(dir, "kept")}
	for _, d := range []string{dir, p.at, p.live, p.kept} {
		if err := errors.Join(os.MkdirAll(d, 0o755), os.Chmod(d, 0o755)); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if p.server != nil {
			p.unmount(t)
		}
		os.RemoveAll(dir)
	})
	if err := p.mount(); err != nil {
		t.Skip("no FUSE here: ", err)
	}
	return p
}

func (p *platter) mount() error {
	root := &fuse.LoopbackRoot{Path: p.live}
	root.RootNode = &node{&fuse.LoopbackNode{RootData: root}, p}
	server, err := fuse.Mount(p.at, root.RootNode, &fuse.Options{MountOptions: kernel.MountOptions{DirectMount: true, AllowOther: true, Options: []string{"default_permissions"}}})
	p.server, p.dirty, p.off = server, map[string][]span{}, false
	return err
}

func (p *platter) unmount(t *testing.T) {
	t.Helper()
	if err := syscall.Unmount(p.at, syscall.MNT_DETACH); err != nil {
		t.Error("unmount:", err)
	}
	p.server = nil
}

// settle makes everything durable, as a machine that is shut down does.
func (p *platter) settle(t *testing.T) {
	t.Helper()
	p.copy(t, p.live, p.kept)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dirty = map[string][]span{}
}

// cut ends the power; nothing reaches the disk any more.
func (p *platter) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.off = true
}

// restore mounts what the cut left.
func (p *platter) restore(t *testing.T) {
	t.Helper()
	p.unmount(t)
	p.copy(t, p.kept, p.live)
	if err := p.mount(); err != nil {
		t.Fatal(err)
	}
}

// copy makes a folder the same as another, owners and modes too. It starts no process: one that is forked
// from the file system's own server can wait for it for ever.
func (p *platter) copy(t *testing.T, from, to string) {
	t.Helper()
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(path, from))
		var st syscall.Stat_t
		if err := syscall.Lstat(path, &st); err != nil {
			return err
		}
		if d.IsDir() {
			err = os.Mkdir(target, 0o700)
		} else {
			var b []byte
			if b, err = os.ReadFile(path); err == nil {
				err = os.WriteFile(target, b, 0o600)
			}
		}
		return errors.Join(err, os.Lchown(target, int(st.Uid), int(st.Gid)), os.Chmod(target, fs.FileMode(st.Mode&0o7777)))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// wrote notes a write that only the live folder has.
func (p *platter) wrote(path string, from, to int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dirty[path] = append(p.dirty[path], span{from, to})
}

// sync brings a file's writes to the kept folder.
func (p *platter) sync(path string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.off {
		return nil
	}
	in, err := os.Open(filepath.Join(p.live, path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(filepath.Join(p.kept, path), os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) { // an unnamed file
		return nil
	}
	if err != nil {
		return err
	}
	defer out.Close()
	for _, s := range p.dirty[path] {
		b := make([]byte, s.to-s.from)
		n, _ := in.ReadAt(b, s.from)
		if _, err := out.WriteAt(b[:n], s.from); err != nil {
			return err
		}
	}
	delete(p.dirty, path)
	info, err := in.Stat()
	if err != nil {
		return err
	}
	return out.Truncate(info.Size())
}

// name changes names in both folders.
func (p *platter) name(change func() error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.off {
		change()
	}
}

// node is a file or folder.
type node struct {
	*fuse.LoopbackNode
	disk *platter
}

// WrapChild makes every file and folder below one of ours.
func (n *node) WrapChild(_ context.Context, child fuse.InodeEmbedder) fuse.InodeEmbedder {
	return &node{child.(*fuse.LoopbackNode), n.disk}
}

func (n *node) path(name ...string) string {
	return filepath.Join(append([]string{n.Path(n.Root())}, name...)...)
}

// like gives a new name in the kept folder the owner and mode of the live one.
func (n *node) like(path string) {
	var st syscall.Stat_t
	if syscall.Lstat(filepath.Join(n.disk.live, path), &st) == nil {
		kept := filepath.Join(n.disk.kept, path)
		os.Lchown(kept, int(st.Uid), int(st.Gid))
		os.Chmod(kept, fs.FileMode(st.Mode&0o7777))
	}
}

func (n *node) Create(ctx context.Context, name string, flags, mode uint32, out *kernel.EntryOut) (*fuse.Inode, fuse.FileHandle, uint32, syscall.Errno) {
	inode, f, fl, errno := n.LoopbackNode.Create(ctx, name, flags, mode, out)
	if errno != 0 {
		return nil, nil, 0, errno
	}
	path := n.path(name)
	n.disk.name(func() error {
		made, err := os.OpenFile(filepath.Join(n.disk.kept, path), os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			made.Close()
			n.like(path)
		}
		return err
	})
	return inode, &handle{f, inode, n.disk}, fl, 0
}

func (n *node) Open(ctx context.Context, flags uint32) (fuse.FileHandle, uint32, syscall.Errno) {
	f, fl, errno := n.LoopbackNode.Open(ctx, flags)
	if errno != 0 {
		return nil, 0, errno
	}
	return &handle{f, n.EmbeddedInode(), n.disk}, fl, 0
}

func (n *node) Mkdir(ctx context.Context, name string, mode uint32, out *kernel.EntryOut) (*fuse.Inode, syscall.Errno) {
	inode, errno := n.LoopbackNode.Mkdir(ctx, name, mode, out)
	if errno == 0 {
		path := n.path(name)
		n.disk.name(func() error {
			err := os.Mkdir(filepath.Join(n.disk.kept, path), 0o700)
			n.like(path)
			return err
		})
	}
	return inode, errno
}

func (n *node) Unlink(ctx context.Context, name string) syscall.Errno {
	path := n.path(name)
	errno := n.LoopbackNode.Unlink(ctx, name)
	if errno == 0 {
		n.disk.name(func() error { delete(n.disk.dirty, path); return os.Remove(filepath.Join(n.disk.kept, path)) })
	}
	return errno
}

func (n *node) Rmdir(ctx context.Context, name string) syscall.Errno {
	path := n.path(name)
	errno := n.LoopbackNode.Rmdir(ctx, name)
	if errno == 0 {
		n.disk.name(func() error { return os.Remove(filepath.Join(n.disk.kept, path)) })
	}
	return errno
}

func (n *node) Rename(ctx context.Context, name string, to fuse.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	from, into := n.path(name), filepath.Join(to.EmbeddedInode().Path(n.Root()), newName)
	errno := n.LoopbackNode.Rename(ctx, name, to, newName, flags)
	if errno == 0 {
		n.disk.name(func() error {
			n.disk.dirty[into] = n.disk.dirty[from]
			delete(n.disk.dirty, from)
			return os.Rename(filepath.Join(n.disk.kept, from), filepath.Join(n.disk.kept, into))
		})
	}
	return errno
}

func (n *node) Setattr(ctx context.Context, f fuse.FileHandle, in *kernel.SetAttrIn, out *kernel.AttrOut) syscall.Errno {
	if h, ok := f.(*handle); ok {
		f = h.file
	}
	errno := n.LoopbackNode.Setattr(ctx, f, in, out)
	if _, sized := in.GetSize(); errno == 0 && !sized {
		n.disk.name(func() error { n.like(n.path()); return nil })
	}
	return errno
}

func (n *node) Getattr(ctx context.Context, f fuse.FileHandle, out *kernel.AttrOut) syscall.Errno {
	if h, ok := f.(*handle); ok {
		f = h.file
	}
	return n.LoopbackNode.Getattr(ctx, f, out)
}

// handle is an open file.
type handle struct {
	file  fuse.FileHandle
	inode *fuse.Inode
	disk  *platter
}

func (h *handle) path() string { return h.inode.Path(h.inode.Root()) }

func (h *handle) Read(ctx context.Context, dest []byte, off int64) (kernel.ReadResult, syscall.Errno) {
	return h.file.(fuse.FileReader).Read(ctx, dest, off)
}

func (h *handle) Write(ctx context.Context, data []byte, off int64) (uint32, syscall.Errno) {
	n, errno := h.file.(fuse.FileWriter).Write(ctx, data, off)
	if errno == 0 {
		h.disk.wrote(h.path(), off, off+int64(n))
	}
	return n, errno
}

func (h *handle) Fsync(ctx context.Context, flags uint32) syscall.Errno {
	if err := h.disk.sync(h.path()); err != nil {
		return syscall.EIO
	}
	return h.file.(fuse.FileFsyncer).Fsync(ctx, flags)
}

func (h *handle) Allocate(ctx context.Context, off, size uint64, mode uint32) syscall.Errno {
	return h.file.(fuse.FileAllocater).Allocate(ctx, off, size, mode)
}

func (h *handle) Flush(ctx context.Context) syscall.Errno {
	return h.file.(fuse.FileFlusher).Flush(ctx)
}

func (h *handle) Release(ctx context.Context) syscall.Errno {
	return h.file.(fuse.FileReleaser).Release(ctx)
}

func (h *handle) Lseek(ctx context.Context, off uint64, whence uint32) (uint64, syscall.Errno) {
	return h.file.(fuse.FileLseeker).Lseek(ctx, off, whence)
}
