package io.nightjar.exchange;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.EncryptionName;
import java.io.IOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes blocks to one file, section by section, and digests them on the way. Blocks that follow
 * each other and are of one batch and draw are a section. Without blocks there is no file.
 *
 * <p>If it is closed before it is finished, the file is removed.
 */
public final class BlockFileWriter implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 18;

  private final FileSystem files;
  private final Path directory;
  private final List<Section> sections = new ArrayList<>();
  private Optional<OpenFile> file = Optional.empty();
  private Optional<BlockName> open = Optional.empty();
  private String nonce = "";
  private long begun;
  private boolean finished;

  /** The file, once there is something to write to it. */
  private static final class OpenFile {
    private final Path path;
    private final MessageDigest digest = new SectionDigest();
    private final FSDataOutputStream file;
    private final CountingStream out;

    OpenFile(FileSystem files, Path path) throws IOException {
      this.path = path;
      this.file = files.create(path, true, BUFFER_BYTES);
      this.out = new CountingStream(new DigestOutputStream(file, digest));
    }
  }

  BlockFileWriter(FileSystem files, Path directory) {
    this.files = files;
    this.directory = directory;
  }

  /** Appends an upload, which stays the caller's and is a section of its own. */
  public void write(EncryptionName name, EncryptedBlock block, BlockFormat format)
      throws IOException {
    endSection();
    write(name.label(), block, format);
    nonce = name.nonce();
    endSection();
  }

  /** Appends a block, which stays the caller's. */
  public void write(BlockLabel label, EncryptedBlock block, BlockFormat format) throws IOException {
    BlockName name = new BlockName(label.batch(), label.draw(), label.firstCiphertext());
    if (open.isPresent() && !isOneSection(open.get(), name)) {
      endSection();
    }
    if (file.isEmpty()) {
      file = Optional.of(new OpenFile(files, new Path(directory, BlockFileName.draw(name))));
    }
    if (open.isEmpty()) {
      open = Optional.of(name);
      begun = file.get().out.count();
    }
    format.writeBlock(block, label, file.get().out);
  }

  private static boolean isOneSection(BlockName first, BlockName next) {
    return first.batch() == next.batch() && first.draw() == next.draw();
  }

  private void endSection() {
    if (open.isPresent()) {
      OpenFile written = file.orElseThrow();
      sections.add(
          new Section(
              open.get().toString(),
              written.path.getName(),
              begun,
              written.out.count() - begun,
              Digests.hex(written.digest.digest()),
              nonce));
      open = Optional.empty();
      nonce = "";
    }
  }

  /** Closes the file and says what is in it. */
  public List<Section> finish() throws IOException {
    endSection();
    if (file.isPresent()) {
      file.get().out.close();
    }
    finished = true;
    return List.copyOf(sections);
  }

  /** Removes the file; after {@link #finish} it does nothing. */
  @Override
  public void close() throws IOException {
    if (finished || file.isEmpty()) {
      return;
    }
    OpenFile half = file.get();
    if (StoreKind.of(files, half.path) == StoreKind.OBJECTS) { // where to close is to publish
      ObjectFiles.abandon(half.file);
      return;
    }
    try {
      half.out.close();
    } finally {
      files.delete(half.path, false);
    }
  }
}
