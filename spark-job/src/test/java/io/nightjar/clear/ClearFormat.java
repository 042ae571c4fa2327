package io.nightjar.clear;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.InvalidBlockException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.UUID;
import java.util.function.Consumer;

/** Blocks as a magic number, their label, their size, and their integers. */
record ClearFormat(ClearParameters parameters, long mostBytes) implements BlockFormat {

  private static final int MAGIC = 0x636c7231;

  /** What a block says of itself. */
  record ClearHeader(BlockLabel label, int ciphertexts, int records)
      implements BlockFormat.Header {}

  /** A block with its header. */
  record ClearRead(ClearHeader header, ClearBlock block) implements BlockFormat.Read {}

  @Override
  public void writeBlock(EncryptedBlock block, BlockLabel label, OutputStream out)
      throws IOException {
    ClearBlock clear = (ClearBlock) block;
    DataOutputStream data = new DataOutputStream(out);
    data.writeInt(MAGIC);
    data.writeLong(label.job().getMostSignificantBits());
    data.writeLong(label.job().getLeastSignificantBits());
    data.writeLong(label.batch());
    data.writeInt(label.round());
    data.writeInt(label.draw());
    data.writeInt(label.firstCiphertext());
    data.writeInt(clear.ciphertexts());
    data.writeInt(clear.records());
    data.writeInt(clear.slots().slots());
    for (long value : clear.slots().values()) {
      data.writeLong(value + parameters.offset());
    }
    data.flush();
  }

  @Override
  public ClearRead readBlock(InputStream in, Consumer<BlockFormat.Header> check)
      throws IOException {
    DataInputStream data = new DataInputStream(in);
    if (data.readInt() != MAGIC) {
      throw new InvalidBlockException("The block is none of the toy's");
    }
    UUID job = new UUID(data.readLong(), data.readLong());
    BlockLabel label =
        new BlockLabel(job, data.readLong(), data.readInt(), data.readInt(), data.readInt());
    ClearHeader header = new ClearHeader(label, data.readInt(), data.readInt());
    check.accept(header);
    int slots = data.readInt();
    long length = (long) header.ciphertexts() * slots;
    if (header.ciphertexts() < 1
        || header.records() < 1
        || slots < header.records()
        || length > mostBytes / 8) {
      throw new InvalidBlockException("The block has a size that is not allowed");
    }
    long[] values = new long[(int) length];
    for (int i = 0; i < values.length; i++) {
      values[i] = data.readLong() - parameters.offset();
    }
    IntegerSlots read = new IntegerSlots(header.ciphertexts(), slots, header.records(), values);
    return new ClearRead(header, new ClearBlock(read));
  }
}
