package main

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"net"
	"os"

	"github.com/xdg-go/scram"
	"go.mongodb.org/mongo-driver/bson"
)

// The guard keeps out who does not show user and password, by SCRAM-SHA-256 as MongoDB does. FerretDB has it too, but
// not when used as a library: there it has PLAIN, which takes any password until the first query fails.
//
// Who is let in may do everything: there are no roles.
type guard struct {
	server *scram.Server
}

// visitor is one connection.
type visitor struct {
	conversation *scram.ServerConversation
	known        bool
}

const (
	unauthorized         = 13
	authenticationFailed = 18
	conversationId       = 1
	iterations           = 15_000
)

// Answered to anybody, as MongoDB does.
var harmless = map[string]bool{"ping": true, "buildInfo": true, "buildinfo": true, "endSessions": true}

// newGuard is nil where nobody has to show anything.
func newGuard(user, password string) (*guard, error) {
	if user == "" {
		return nil, nil
	}
	client, err := scram.SHA256.NewClient(user, password, "")
	if err != nil {
		return nil, err
	}
	stored := client.GetStoredCredentials(scram.KeyFactors{Salt: string(newSalt()), Iters: iterations})
	server, err := scram.SHA256.NewServer(func(name string) (scram.StoredCredentials, error) {
		if name != user {
			return scram.StoredCredentials{}, errors.New("no such user")
		}
		return stored, nil
	})
	return &guard{server}, err
}

func newSalt() []byte {
	salt := make([]byte, 28)
	if _, err := rand.Read(salt); err != nil {
		panic(err)
	}
	return salt
}

// answer is what the guard itself says to a command; nil lets it pass.
func (g *guard) answer(v *visitor, command []byte) []byte {
	name := nameOf(command)
	switch {
	case g == nil || v.known || isHandshake(command) || harmless[name]:
		return nil
	case name == "saslStart":
		v.conversation = g.server.NewConversation()
	case name != "saslContinue" || v.conversation == nil:
		return refusal(command, unauthorized, "Unauthorized", "Command "+name+" requires authentication")
	}
	var body struct {
		Mechanism string `bson:"mechanism"`
		Payload   []byte `bson:"payload"`
	}
	err := bson.Unmarshal(command[headerSize+5:], &body)
	if err == nil && name == "saslStart" && body.Mechanism != "SCRAM-SHA-256" {
		err = errors.New("only SCRAM-SHA-256 is known")
	}
	var payload string
	// A client may confirm the end with an empty message of its own.
	if err == nil && !v.conversation.Done() {
		payload, err = v.conversation.Step(string(body.Payload))
	}
	if err != nil {
		v.conversation = nil
		return refusal(command, authenticationFailed, "AuthenticationFailed", "Authentication failed.")
	}
	v.known = v.conversation.Valid()
	return replyTo(command, bson.D{
		{Key: "conversationId", Value: int32(conversationId)},
		{Key: "done", Value: v.known},
		{Key: "payload", Value: []byte(payload)},
		{Key: "ok", Value: 1.0},
	})
}

func refusal(command []byte, code int32, codeName, message string) []byte {
	return replyTo(command, bson.D{
		{Key: "ok", Value: 0.0},
		{Key: "errmsg", Value: message},
		{Key: "code", Value: code},
		{Key: "codeName", Value: codeName},
	})
}

func replyTo(command []byte, body bson.D) []byte {
	document, err := bson.Marshal(body)
	if err != nil {
		panic(err) // it is made of constants
	}
	reply := make([]byte, headerSize+5, headerSize+5+len(document))
	reply = append(reply, document...)
	binary.LittleEndian.PutUint32(reply, uint32(len(reply)))
	copy(reply[8:12], command[4:8]) // in reply to its id
	binary.LittleEndian.PutUint32(reply[12:], opMsg)
	return reply
}

// secured speaks TLS on a listener when there is a certificate, and asks clients for theirs when there is an authority.
func secured(listener net.Listener, certFile, keyFile, clientCAFile string) (net.Listener, error) {
	if certFile == "" {
		return listener, nil
	}
	own, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS12}
	if clientCAFile != "" {
		pem, err := os.ReadFile(clientCAFile)
		if err != nil {
			return nil, err
		}
		config.ClientCAs = x509.NewCertPool()
		config.ClientCAs.AppendCertsFromPEM(pem)
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return tls.NewListener(listener, config), nil
}
