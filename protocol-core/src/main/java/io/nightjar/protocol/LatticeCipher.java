package io.nightjar.protocol;

import io.nightjar.crypto.BlockCodec;
import io.nightjar.crypto.BlockDecryptor;
import io.nightjar.crypto.BlockEncryptor;
import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockHeader;
import io.nightjar.crypto.BlockShape;
import io.nightjar.crypto.CipherBlock;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.Packing;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.SecretKey;
import io.nightjar.plan.Plan;

/** Lattices: integers with BFV, real numbers with CKKS. */
final class LatticeCipher implements OwnerCipher {

  private final Plan plan;
  private final HeContext context;
  private final BlockEncryptor encryptor;
  private final BlockDecryptor decryptor;

  /** Owns neither the context nor the key. */
  LatticeCipher(Plan plan, HeContext context, SecretKey key) {
    MessageChecks.require("parameters", plan.parameters().digest(), context.parameters().digest());
    this.plan = plan;
    this.context = context;
    this.encryptor = new BlockEncryptor(context, key);
    this.decryptor = new BlockDecryptor(context, key);
  }

  @Override
  public CipherBlock encrypt(IntegerColumns integers) {
    return encryptor.encrypt(integers, plan.packing(), plan.form());
  }

  @Override
  public CipherBlock encrypt(RealColumns reals) {
    return encryptor.encrypt(reals, plan.scale());
  }

  @Override
  public void check(BlockFormat.Header header) {
    if (!(header instanceof BlockHeader lattice)) {
      throw new ProtocolException("The block is of another scheme than the plan's");
    }
    check(lattice.shape(), lattice.packing());
  }

  @Override
  public void check(EncryptedBlock block) {
    CipherBlock lattice = MessageChecks.lattice(plan, block, plan.result(block.columns()));
    if (plan.isSealed()) {
      MessageChecks.require("scale", plan.resultScale(), lattice.scale());
    }
  }

  private void check(BlockShape shape, Packing packing) {
    MessageChecks.require("shape", plan.result(shape.columns()), shape);
    MessageChecks.require("packing", plan.packing(), packing);
  }

  @Override
  public double decrypt(EncryptedBlock block, long[] values, int first) {
    return decryptor.decrypt((CipherBlock) block, values, first);
  }

  @Override
  public RealColumns decryptReal(EncryptedBlock block) {
    return decryptor.decryptReal((CipherBlock) block);
  }

  @Override
  public BlockFormat format(long maxBlockBytes) {
    return new BlockCodec(context, maxBlockBytes);
  }
}
