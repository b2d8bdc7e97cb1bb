"""A person's own captioned clips: a folder of films is checked, built into shards, and read as a corpus.

=============  ==============================================================================
module         what it does
=============  ==============================================================================
findings       what is wrong with a folder, as data
texts          bytes -> lines of text
tables         metadata.csv and metadata.jsonl -> captions, line by line
wordings       captions.yaml: one way or several to say what each sub-folder shows
words          what a caption may hold
folder         a folder -> its clips with their captions, and what is wrong with them
decoding       a film, an animated picture or a strip -> timed pictures
sound          a film's sound -> mono samples, FLAC
cutting        timed pictures -> square pieces at one size and frame rate
processes      work in several processes, results in order
check          reads everything and says what `build` will do about it
samples        one clip -> the samples of a shard, as bytes, and back
shards         samples -> WebDataset tar files, and where in them everything lies
index          index.json: everything a reader must know
build          a folder -> shards, in parallel, resumable
memory         decoded clips within a budget
corpus         shards -> batches; follows corpora.protocol.Corpus
sheet          a contact sheet, a clip a row
=============  ==============================================================================
"""
