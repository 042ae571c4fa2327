package io.nightjar.job.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;
import org.apache.spark.rpc.RpcEnv;
import scala.Option;

/**
 * A standalone cluster with two workers that have different addresses, both of this machine: a
 * second attempt at a slow task goes to another machine than the first or nowhere.
 */
final class TwoMachines implements AutoCloseable {

  private final LocalCluster installation;
  private final RpcEnv master;
  private final RpcEnv[] workers = new RpcEnv[2];
  private final String uri;

  TwoMachines(Path home) throws IOException {
    installation = LocalCluster.prepare(home);
    SparkConf conf = new SparkConf(false).set("spark.ui.enabled", "false");
    conf.set("spark.master.rest.enabled", "false");
    master = Master.startRpcEnvAndEndpoint("127.0.0.1", 0, 0, conf)._1();
    uri = "spark://" + master.address().hostPort();
    for (int i = 0; i < workers.length; i++) {
      Path work = Files.createDirectories(home.resolve("work-" + i));
      workers[i] =
          Worker.startRpcEnvAndEndpoint(
              "127.0.0." + (i + 1),
              0,
              0,
              1,
              1024,
              new String[] {uri},
              work.toString(),
              Option.apply(i),
              conf,
              Option.empty());
    }
  }

  String uri() {
    return uri;
  }

  @Override
  public void close() {
    for (RpcEnv worker : workers) {
      worker.shutdown();
    }
    master.shutdown();
    installation.close();
  }
}
