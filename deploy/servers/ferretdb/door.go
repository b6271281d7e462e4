package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// MongoDB updates a document atomically. FerretDB reads it, changes it and writes it back in separate statements, with
// nothing to hold them together: of two compare-and-sets of one version that come at once, both succeed, and an update
// of one field undoes an acknowledged update of another. The door stands in front of FerretDB and lets one command
// that changes documents through at a time, which makes each as atomic as MongoDB's.
type door struct {
	// Where FerretDB itself listens: a Unix socket.
	socket  string
	writing sync.Mutex
}

const (
	opMsg      = 2013
	moreToCome = 1 << 1
	headerSize = 16
	maxMessage = 48_000_000
	// A command that takes longer hangs, and must not keep the others out for good.
	exchangeTimeout = time.Minute
)

// Commands that read what they write. An insert is one statement, and unique indexes hold between any two.
var readAndWrite = map[string]bool{"update": true, "findAndModify": true, "findandmodify": true, "delete": true}

// serve passes connections on until ctx is done.
func (d *door) serve(ctx context.Context, listener net.Listener) error {
	context.AfterFunc(ctx, func() { listener.Close() })
	for {
		client, err := listener.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		go d.pass(client)
	}
}

// pass carries one connection's commands to FerretDB and the replies back, one after the other, as drivers send them.
func (d *door) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("unix", d.socket)
	if err != nil {
		return
	}
	defer server.Close()
	for {
		command, err := readMessage(client)
		if err != nil {
			return
		}
		reply, err := d.exchange(server, command)
		if err != nil {
			return
		}
		if _, err := client.Write(reply); err != nil {
			return
		}
	}
}

// exchange waits for the reply even when the client is gone by then: the command is under way until it is there.
func (d *door) exchange(server net.Conn, command []byte) ([]byte, error) {
	if readAndWrite[nameOf(command)] {
		d.writing.Lock()
		defer d.writing.Unlock()
	}
	if err := server.SetDeadline(time.Now().Add(exchangeTimeout)); err != nil {
		return nil, err
	}
	if _, err := server.Write(command); err != nil {
		return nil, err
	}
	if wantsNoReply(command) {
		return nil, nil
	}
	return readMessage(server)
}

// readMessage reads one message of the wire protocol; its first four bytes are its length, header included.
func readMessage(from io.Reader) ([]byte, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(from, header[:]); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(header[:])
	if length < headerSize || length > maxMessage {
		return nil, errors.New("not a message of the wire protocol")
	}
	message := make([]byte, length)
	copy(message, header[:])
	_, err := io.ReadFull(from, message[headerSize:])
	return message, err
}

func isOpMsg(message []byte) bool {
	return len(message) > headerSize+4 && binary.LittleEndian.Uint32(message[12:]) == opMsg
}

func wantsNoReply(message []byte) bool {
	return isOpMsg(message) && binary.LittleEndian.Uint32(message[headerSize:])&moreToCome != 0
}

// nameOf is the command's name: the first key of the document in the first section, after flags, kind, length and type.
func nameOf(message []byte) string {
	const at = headerSize + 4 + 1 + 4 + 1
	if !isOpMsg(message) || len(message) < at {
		return ""
	}
	name, _, _ := bytes.Cut(message[at:], []byte{0})
	return string(name)
}
