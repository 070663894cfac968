// SPDX-License-Identifier: Apache-2.0

// A foreign verifier: Go's own golang.org/x/mod/sumdb/note and sumdb/tlog, and nothing of ours, on a
// ledger's checkpoints, receipts, consistency proof and tiles. Prints "ok NAME" / "not ok NAME".
// Reads JSON on the path given: { key, older, newer, consistency, receipts: [{receipt, leaf}], tiles }
// (older, newer: signed checkpoints; consistency, leaf: base64; tiles: a folder).
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type told struct {
	Key         string   `json:"key"`
	Older       string   `json:"older"`
	Newer       string   `json:"newer"`
	Consistency []string `json:"consistency"`
	Tiles       string   `json:"tiles"`
	Receipts    []struct {
		Receipt string `json:"receipt"`
		Leaf    string `json:"leaf"`
	} `json:"receipts"`
}

var failed = false

func check(holds bool, name string, why interface{}) {
	if holds {
		fmt.Println("ok", name)
		return
	}
	failed = true
	fmt.Println("not ok", name)
	fmt.Println("#", why)
}

func must(err error) {
	if err != nil {
		fmt.Println("not ok the foreign verifier reads what it was given")
		fmt.Println("#", err)
		os.Exit(1)
	}
}

func hash(text string) (h tlog.Hash, err error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err == nil && len(raw) != len(h) {
		err = fmt.Errorf("a hash of %d bytes", len(raw))
	}
	copy(h[:], raw)
	return h, err
}

func hashes(lines []string) (all []tlog.Hash, err error) {
	for _, line := range lines {
		h, err := hash(line)
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

// open verifies the log's signature and reads origin, size and root.
func open(text string, key note.Verifier) (tree tlog.Tree, err error) {
	opened, err := note.Open([]byte(text), note.VerifierList(key))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != key.Name() || lines[3] != "" {
		return tree, fmt.Errorf("not a checkpoint of %s", key.Name())
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = hash(lines[2])
	return tree, err
}

type receipt struct {
	index int64
	proof tlog.RecordProof
	tree  tlog.Tree
}

func parseReceipt(text string, key note.Verifier) (r receipt, err error) {
	head, checkpoint, found := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" ||
		!strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		return r, fmt.Errorf("not a receipt")
	}
	if r.index, err = strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64); err != nil {
		return r, err
	}
	all, err := hashes(lines[3:])
	if err != nil {
		return r, err
	}
	r.proof = tlog.RecordProof(all)
	r.tree, err = open(checkpoint, key)
	return r, err
}

// folder reads tiles of height 8 as c2sp.org/tlog-tiles lays them out: as sumdb does, without the
// height in the path.
type folder struct{ path string }

func (f folder) Height() int                             { return 8 }
func (f folder) SaveTiles(tiles []tlog.Tile, _ [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		bytes, err := os.ReadFile(filepath.Join(f.path, path))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

func checkReceipts(t told, key note.Verifier) {
	var wrong []string
	taken := 0
	for i, one := range t.Receipts {
		leaf, err := base64.StdEncoding.DecodeString(one.Leaf)
		must(err)
		r, err := parseReceipt(one.Receipt, key)
		if err == nil {
			err = tlog.CheckRecord(r.proof, r.tree.N, r.tree.Hash, r.index, tlog.RecordHash(leaf))
		}
		if err != nil {
			wrong = append(wrong, fmt.Sprint(i, ": ", err))
			continue
		}
		leaf[len(leaf)-1] ^= 1
		if tlog.CheckRecord(r.proof, r.tree.N, r.tree.Hash, r.index, tlog.RecordHash(leaf)) == nil {
			taken++
		}
	}
	check(len(wrong) == 0 && len(t.Receipts) > 0,
		fmt.Sprintf("Go's tlog proves each of %d receipts", len(t.Receipts)), wrong)
	check(taken == 0, "and none of them for a changed leaf", taken)
}

func checkConsistency(t told, older, newer tlog.Tree) {
	proof, err := hashes(t.Consistency)
	must(err)
	err = tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash)
	check(err == nil && older.N < newer.N, "Go's tlog proves that the ledger only grew", err)
	for i := range proof {
		proof[i][7] ^= 1
		if tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash) == nil {
			err = fmt.Errorf("hash %d may be changed", i)
		}
		proof[i][7] ^= 1
	}
	check(err == nil, "and does not with any hash of the proof changed", err)
}

func checkTiles(t told, key note.Verifier, newer tlog.Tree) {
	reader := tlog.TileHashReader(newer, folder{t.Tiles})
	root, err := tlog.TreeHash(newer.N, reader)
	check(err == nil && root == newer.Hash, "Go's tlog derives the root from our tiles", err)
	r, err := parseReceipt(t.Receipts[0].Receipt, key)
	must(err)
	proof, err := tlog.ProveRecord(r.tree.N, r.index, reader)
	same := err == nil && len(proof) == len(r.proof)
	for i := 0; same && i < len(proof); i++ {
		same = bytes.Equal(proof[i][:], r.proof[i][:])
	}
	check(same, "and makes the same proof as ours from them", err)
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	must(err)
	var t told
	must(json.Unmarshal(text, &t))
	key, err := note.NewVerifier(t.Key)
	must(err)
	older, err := open(t.Older, key)
	must(err)
	newer, err := open(t.Newer, key)
	check(err == nil, "Go's note package opens our checkpoints", err)
	must(err)
	_, err = open(strings.Replace(t.Newer, "\n"+strconv.FormatInt(newer.N, 10)+"\n", "\n1\n", 1), key)
	check(err != nil, "and none that says another size", "it was opened")
	checkConsistency(t, older, newer)
	checkReceipts(t, key)
	checkTiles(t, key, newer)
	if failed {
		os.Exit(1)
	}
}
