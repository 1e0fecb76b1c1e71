/** What a bundle says of itself, for people who have never seen one and need not trust its maker. */
export const readme = `BUKTI RIWAYAT PERMOHONAN (Satu Atap)
====================================

Berkas ini memuat riwayat permohonan beserta bukti bahwa tidak ada yang diubah, dihapus, atau
disisipkan. Untuk membaca: buka history/*.id.html atau history/*.id.pdf. Untuk memeriksa:

    satu-atap verify-bundle BERKAS.zip --key KUNCI-PUBLIK

Kunci publik diperoleh langsung dari kantor yang bersangkutan, bukan dari berkas ini. Cara
memeriksa dengan alat lain dijelaskan di bawah dalam bahasa Inggris.


EVIDENCE OF THE HISTORY OF APPLICATIONS (Satu Atap)
===================================================

Here is the history of applications, with proofs that nothing in it was altered, removed or put in
later. To read it, open history/*.en.html or history/*.en.pdf. To check it:

    satu-atap verify-bundle FILE.zip --key PUBLIC-KEY

Get the public key from the office itself, not from this file.


CHECKING IT WITH OTHER TOOLS
----------------------------

Everything rests on checkpoint.txt: a signed note (https://c2sp.org/signed-note) that holds a
checkpoint (https://c2sp.org/tlog-checkpoint): the name of the log, how many events it had, and the
root of the RFC 6962 Merkle tree over all of them, in base64. It is signed with Ed25519.

1. The note. Its text is everything up to and including the line feed before the empty line. The
   signature line is "— <key name> <base64>": 4 bytes of key id, then 64 bytes of signature over the
   text. A public key is written <key name>+<key id>+<base64 of 0x01 and the 32 bytes of the key>.
2. The events. Each line of streams/<stream>.ndjson is an event, without its line feed: canonical
   JSON (RFC 8785) in UTF-8. Its leaf hash is SHA-256(0x00 || line).
3. The proofs. Line n of proofs/<stream>.ndjson belongs to line n of the stream: the leaf's "index" in
   the tree, from 0, and its inclusion "path" (RFC 6962, 2.1.1), base64 of 32 bytes each, from the
   leaf's sibling up. A node's hash is SHA-256(0x01 || left || right). Following the path
   (RFC 9162, 2.1.3.2) gives the root in the checkpoint, or the event is not the one that was recorded.
4. Nothing is left out between. The events of an application (streams/application-<id>.ndjson) have
   the revisions 0, 1, 2, ... without a gap, and their indexes rise.
5. The documents. documents/<sha256> has that SHA-256, which the event DocumentAttached names.
6. The rules. streams/service-<id>.ndjson and streams/calendar-<id>.ndjson are the definitions and the
   working calendars that were in force, proven in the same way. An application names the version
   and the digest of its definition: SHA-256 of the definition's canonical JSON.
7. Keys that were replaced. keys.ndjson has the events that introduced each key, with a note that the
   key before it signed. Starting from a key that you trust, each next one follows.

8. Not proven: offices/*.json, the time zone and the calendars' names as the office has them configured.

manifest.json lists every file with its SHA-256. It is not signed: what is signed is the checkpoint,
and what is proven are the events. The pages under history/ are for reading; personal data in them is
sealed in the events ("sealed"), so their words cannot be compared with the events byte by byte.
`;
