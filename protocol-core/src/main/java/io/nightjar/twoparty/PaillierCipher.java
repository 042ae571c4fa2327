package io.nightjar.twoparty;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.EncryptionName;
import io.nightjar.crypto.EncryptionSeed;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.paillier.PaillierBlock;
import io.nightjar.crypto.paillier.PaillierCodec;
import io.nightjar.crypto.paillier.PaillierDecryptor;
import io.nightjar.crypto.paillier.PaillierEncryptor;
import io.nightjar.crypto.paillier.PaillierHeader;
import io.nightjar.crypto.paillier.PaillierSecretKey;
import io.nightjar.keys.PaillierSecret;
import io.nightjar.protocol.MessageChecks;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.rounds.IntegerCipher;

/** The data owner's cipher, which puts integers into the fields of Paillier's plaintexts. */
final class PaillierCipher implements IntegerCipher {

  private final TwoPartySheet sheet;
  private final PaillierSecretKey key;
  private final PaillierEncryptor encryptor;
  private final PaillierDecryptor decryptor;

  /** Creates the cipher; the secret stays the caller's. */
  PaillierCipher(TwoPartySheet sheet, PaillierSecret secret) {
    this.sheet = sheet;
    this.key = secret.key();
    MessageChecks.require("parameters", sheet.encryption().digest(), key.parameters().digest());
    this.encryptor = new PaillierEncryptor(key);
    this.decryptor = new PaillierDecryptor(key);
  }

  /** Encrypts columns: the fields of a plaintext are records. */
  @Override
  public PaillierBlock encrypt(IntegerSlots slots, EncryptionName name) {
    try (EncryptionSeed seed = key.seed(name)) {
      return encryptor.encrypt(slots.columns(), seed);
    }
  }

  /** Refuses a header of another scheme; the codec that read it has compared the key. */
  @Override
  public void check(BlockFormat.Header header) {
    if (!(header instanceof PaillierHeader)) {
      throw MessageChecks.otherScheme();
    }
  }

  @Override
  public void check(EncryptedBlock block) {
    PaillierBlock found = requireBlock(sheet, block, block.ciphertexts());
    if (!found.keyDigest().equals(key.publicKey().digest())) {
      throw new ProtocolException("The block is encrypted under another key");
    }
  }

  /** Returns a block of the plan's parameters with so many ciphertexts. */
  static PaillierBlock requireBlock(TwoPartySheet sheet, EncryptedBlock block, int ciphertexts) {
    PaillierBlock found = MessageChecks.block(PaillierBlock.class, block);
    MessageChecks.require("parameters", sheet.encryption().digest(), found.parameters().digest());
    MessageChecks.require("ciphertexts", ciphertexts, found.ciphertexts());
    return found;
  }

  @Override
  public double decrypt(EncryptedBlock block, IntegerSlots into, int firstCiphertext) {
    long[] values = into.columns().values();
    int first = into.index(firstCiphertext, 0);
    decryptor.decrypt((PaillierBlock) block, values, first);
    long largest = 1;
    for (int i = first; i < first + block.ciphertexts() * block.records(); i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    return Math.log((double) sheet.plainLimit().orElseThrow() / largest) / Math.log(2);
  }

  @Override
  public BlockFormat format(long mostBlockBytes) {
    return new PaillierCodec(key.publicKey(), mostBlockBytes);
  }
}
