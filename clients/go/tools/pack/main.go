// Packs the module in the folder given first as a module proxy has it, into the folder given second.
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// version is that of the client.
const version = "v0.1.0"

func main() {
	if len(os.Args) != 3 {
		log.Fatal("pack MODULE PROXY")
	}
	if err := pack(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func pack(source, proxy string) error {
	file, err := os.ReadFile(filepath.Join(source, "go.mod"))
	if err != nil {
		return err
	}
	packed := module.Version{Path: modfile.ModulePath(file), Version: version}
	escaped, err := module.EscapePath(packed.Path)
	if err != nil {
		return err
	}
	folder := filepath.Join(proxy, filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	info := fmt.Sprintf(`{"Version":%q}`, version)
	for name, content := range map[string][]byte{
		"list": []byte(version + "\n"), version + ".info": []byte(info), version + ".mod": file,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return err
		}
	}
	archive, err := os.Create(filepath.Join(folder, version+".zip"))
	if err != nil {
		return err
	}
	return written(archive, func(to io.Writer) error { return zip.CreateFromDir(to, packed, source) })
}

// written writes a file and closes it.
func written(file *os.File, write func(io.Writer) error) error {
	if err := write(file); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}
