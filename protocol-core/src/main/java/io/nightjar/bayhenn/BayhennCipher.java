package io.nightjar.bayhenn;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.EncryptionName;
import io.nightjar.crypto.EncryptionSeed;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.BlockDecryptor;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.keys.LatticeSecret;
import io.nightjar.protocol.MessageChecks;
import io.nightjar.rounds.IntegerCipher;

/** The data owner's cipher under BFV. */
final class BayhennCipher implements IntegerCipher {

  private final BayhennSheet sheet;
  private final LatticeSecret secret;
  private final HeContext context;
  private final BlockEncryptor encryptor;
  private final BlockDecryptor decryptor;

  /** Creates the cipher; the secret stays the caller's. */
  BayhennCipher(BayhennSheet sheet, LatticeSecret secret) {
    this.sheet = sheet;
    this.secret = secret;
    this.context = secret.context();
    MessageChecks.require("parameters", sheet.encryption().digest(), context.parameters().digest());
    this.encryptor = new BlockEncryptor(context, secret.key());
    this.decryptor = new BlockDecryptor(context, secret.key());
  }

  @Override
  public CipherBlock encrypt(IntegerSlots slots, EncryptionName name) {
    try (EncryptionSeed seed = secret.seed(name)) {
      return encryptor.encrypt(slots, sheet.lattice().packing(), sheet.lattice().form(), seed);
    }
  }

  @Override
  public void check(BlockFormat.Header header) {
    sheet.lattice().requireResult(header, sheet.formOfResults());
  }

  @Override
  public void check(EncryptedBlock block) {
    sheet.lattice().requireBlock(block, sheet.result(block.ciphertexts()));
  }

  @Override
  public double decrypt(EncryptedBlock block, IntegerSlots into, int firstCiphertext) {
    return decryptor.decrypt((CipherBlock) block, into, firstCiphertext);
  }

  @Override
  public BlockFormat format(long mostBlockBytes) {
    return new BlockCodec(context, mostBlockBytes);
  }
}
