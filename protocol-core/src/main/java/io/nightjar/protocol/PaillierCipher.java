package io.nightjar.protocol;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.PaillierBlock;
import io.nightjar.crypto.PaillierCodec;
import io.nightjar.crypto.PaillierDecryptor;
import io.nightjar.crypto.PaillierEncryptor;
import io.nightjar.crypto.PaillierHeader;
import io.nightjar.crypto.PaillierSecretKey;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.ResiduePool;
import io.nightjar.plan.Plan;

/** Paillier: integers in the fields of plaintexts. */
final class PaillierCipher implements OwnerCipher {

  private final Plan plan;
  private final PaillierSecretKey key;
  private final PaillierEncryptor encryptor;
  private final PaillierDecryptor decryptor;

  /** Owns neither the key nor the pool. */
  PaillierCipher(Plan plan, PaillierSecretKey key, ResiduePool pool) {
    MessageChecks.require("parameters", plan.paillier().digest(), key.parameters().digest());
    this.plan = plan;
    this.key = key;
    this.encryptor = new PaillierEncryptor(key, pool);
    this.decryptor = new PaillierDecryptor(key);
  }

  @Override
  public PaillierBlock encrypt(IntegerColumns integers) {
    return encryptor.encrypt(integers);
  }

  @Override
  public PaillierBlock encrypt(RealColumns reals) {
    throw new IllegalStateException("No plan over Paillier is sealed");
  }

  @Override
  public void check(BlockFormat.Header header) {
    if (!(header instanceof PaillierHeader)) { // whose codec has compared the key
      throw new ProtocolException("The block is of another scheme than the plan's");
    }
  }

  @Override
  public void check(EncryptedBlock block) {
    MessageChecks.paillier(plan, block, block.columns());
  }

  @Override
  public double decrypt(EncryptedBlock block, long[] values, int first) {
    decryptor.decrypt((PaillierBlock) block, values, first);
    long largest = 1;
    for (int i = first; i < first + block.columns() * block.records(); i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    return Math.log((double) plan.plainLimit() / largest) / Math.log(2);
  }

  @Override
  public RealColumns decryptReal(EncryptedBlock block) {
    throw new IllegalStateException("No plan over Paillier is sealed");
  }

  @Override
  public BlockFormat format(long maxBlockBytes) {
    return new PaillierCodec(key.publicKey(), maxBlockBytes);
  }
}
