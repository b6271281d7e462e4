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

// The door stands in front of FerretDB and keeps two things from it that MongoDB can do and it can't.
//
// MongoDB updates a document atomically. FerretDB reads it, changes it and writes it back in separate statements, with
// nothing to hold them together: of two compare-and-sets of one version that come at once, both succeed, and an update
// of one field undoes an acknowledged update of another. So one command that changes documents goes in at a time.
//
// FerretDB holds a connection to PostgreSQL for each update of a command until the command ends. One with as many
// updates as it has connections waits for itself for good. So drivers are told to send few at a time.
type door struct {
	// Where FerretDB itself listens: a Unix socket.
	socket  string
	guard   *guard
	writing sync.Mutex
}

const (
	opMsg      = 2013
	moreToCome = 1 << 1
	headerSize = 16
	maxMessage = 48_000_000
	// A command that takes longer hangs, and must not keep the others out for good.
	exchangeTimeout = time.Minute
	// FerretDB has 50 connections to PostgreSQL.
	maxWriteBatch = 20
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
	var visitor visitor
	for {
		command, err := readMessage(client)
		if err != nil {
			return
		}
		reply := d.guard.answer(&visitor, command)
		if reply == nil {
			reply, err = d.exchange(server, command)
		}
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
	reply, err := readMessage(server)
	if isHandshake(command) {
		limitWriteBatch(reply)
	}
	return reply, err
}

// isHandshake tells the commands by which a driver asks what the server can do; the first comes in an older form.
func isHandshake(message []byte) bool {
	name := nameOf(message)
	return !isOpMsg(message) || name == "hello" || name == "isMaster" || name == "ismaster"
}

// limitWriteBatch changes the number in place: type, key, end of key, and then the four bytes of the value.
func limitWriteBatch(reply []byte) {
	key := []byte("\x10maxWriteBatchSize\x00")
	if at := bytes.Index(reply, key); at >= 0 && at+len(key)+4 <= len(reply) {
		binary.LittleEndian.PutUint32(reply[at+len(key):], maxWriteBatch)
	}
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
