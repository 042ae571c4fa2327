package io.nightjar.exchange;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.natives.Blake3;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes blocks of one batch and draw to a file, and digests them on the way. */
public final class BlockFileWriter implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 18;

  private final BlockFileName name;
  private final MessageDigest digest = new Blake3();
  private final CountingStream out;

  private BlockFileWriter(BlockFileName name, OutputStream out) {
    this.name = name;
    this.out = new CountingStream(new DigestOutputStream(out, digest));
  }

  /** Creates the file that is named after its first block. */
  public static BlockFileWriter create(FileSystem files, Path directory, BlockLabel first)
      throws IOException {
    BlockFileName name = new BlockFileName(first.batch(), first.draw(), first.firstCiphertext());
    Path path = new Path(directory, name.toString());
    return new BlockFileWriter(name, files.create(path, true, BUFFER_BYTES));
  }

  /** Returns whether a block belongs in this file. */
  public boolean takes(BlockLabel label) {
    return label.batch() == name.batch() && label.draw() == name.draw();
  }

  /** Appends a block, which stays the caller's. */
  public void write(BlockLabel label, EncryptedBlock block, BlockFormat format) throws IOException {
    format.writeBlock(block, label, out);
  }

  /** Closes the file and says what is in it. */
  public FileDigest finish() throws IOException {
    out.close();
    return new FileDigest(name.toString(), out.count(), Digests.hex(digest.digest()));
  }

  /** Closes the file without its digest; after {@link #finish} it does nothing. */
  @Override
  public void close() throws IOException {
    out.close();
  }
}
