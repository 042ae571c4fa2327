package io.nightjar.spark;

import io.nightjar.settings.InvalidSettingException;
import io.nightjar.text.Amounts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.DeployMessages;
import org.apache.spark.deploy.master.WorkerInfo;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEndpointRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag$;

/** The master of a cluster, which may not be there, or have no machines that are large enough. */
final class ClusterMaster {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Pattern SPARK = Pattern.compile("spark://(.*)");
  private static final Pattern KUBERNETES =
      Pattern.compile("k8s://(?:(https?)://)?([^/:]+|\\[.+])(?::(\\d+))?(?:/.*)?");
  private static final Pattern HOST_AND_PORT = Pattern.compile("([^:]+|\\[.+]):(\\d+)");
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  private static final Logger LOG = LoggerFactory.getLogger(ClusterMaster.class);

  private ClusterMaster() {}

  /**
   * Makes sure that somebody listens where a master is to be. Spark would be silent for a minute,
   * and YARN's client for many.
   *
   * @throws IOException if nobody does
   */
  static void requireReachable(String master) throws IOException {
    List<InetSocketAddress> addresses = addresses(master, new YarnConfiguration());
    List<String> failures = new ArrayList<>();
    for (InetSocketAddress address : addresses) {
      Optional<String> failure = failure(address);
      if (failure.isEmpty()) {
        return;
      }
      failures.add(
          "%s:%d: %s".formatted(address.getHostString(), address.getPort(), failure.get()));
    }
    if (!failures.isEmpty()) {
      throw new IOException(
          "The Spark master %s does not answer (%s): is it running, and is that its address?"
              .formatted(master, String.join("; ", failures)));
    }
  }

  private static Optional<String> failure(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address.getHostString(), address.getPort()),
          (int) PATIENCE.toMillis());
      return Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.of("no such host");
    } catch (SocketTimeoutException e) {
      return Optional.of("no answer in %s".formatted(Amounts.duration(PATIENCE)));
    } catch (ConnectException e) {
      return Optional.of("connection refused");
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Returns where a master, or each of several that stand by, listens; nothing if it is here. */
  static List<InetSocketAddress> addresses(String master, Configuration yarn) {
    Matcher spark = SPARK.matcher(master);
    if (spark.matches()) {
      return Arrays.stream(spark.group(1).split(",", -1)).map(ClusterMaster::address).toList();
    }
    Matcher kubernetes = KUBERNETES.matcher(master);
    if (kubernetes.matches()) {
      int usual = "http".equals(kubernetes.group(1)) ? HTTP : HTTPS;
      String port = kubernetes.group(3);
      return List.of(
          InetSocketAddress.createUnresolved(
              kubernetes.group(2), port == null ? usual : Integer.parseInt(port)));
    }
    return master.equals("yarn") ? managers(yarn) : List.of();
  }

  private static InetSocketAddress address(String hostAndPort) {
    Matcher matcher = HOST_AND_PORT.matcher(hostAndPort);
    if (!matcher.matches()) {
      throw new InvalidSettingException(
          "A Spark master is spark://HOST:PORT, and not spark://%s".formatted(hostAndPort));
    }
    return InetSocketAddress.createUnresolved(matcher.group(1), Integer.parseInt(matcher.group(2)));
  }

  private static List<InetSocketAddress> managers(Configuration yarn) {
    String[] ids = yarn.getTrimmedStrings(YarnConfiguration.RM_HA_IDS);
    List<String> suffixes =
        yarn.getBoolean(YarnConfiguration.RM_HA_ENABLED, false) && ids.length > 0
            ? Arrays.stream(ids).map(id -> "." + id).toList()
            : List.of("");
    return suffixes.stream()
        .map(
            suffix -> {
              String host = yarn.get(YarnConfiguration.RM_HOSTNAME + suffix, "0.0.0.0");
              String usual = "%s:%d".formatted(host, YarnConfiguration.DEFAULT_RM_PORT);
              return address(yarn.get(YarnConfiguration.RM_ADDRESS + suffix, usual));
            })
        .toList();
  }

  /** What a machine of a standalone cluster has. */
  record Worker(int cores, int memoryMib) {}

  /**
   * Returns what the machines of a standalone cluster have, as its master knows them; nothing if
   * that cannot be found out, as from clusters of other kinds or other releases of Spark.
   */
  static Optional<List<Worker>> workers(JavaSparkContext spark) {
    for (String one : spark.master().replaceFirst("^spark://", "").split(",", -1)) {
      Matcher matcher = HOST_AND_PORT.matcher(one);
      if (!spark.master().startsWith("spark://") || !matcher.matches()) {
        return Optional.empty();
      }
      try {
        RpcEndpointRef endpoint =
            spark
                .env()
                .rpcEnv()
                .setupEndpointRef(
                    RpcAddress.apply(matcher.group(1), Integer.parseInt(matcher.group(2))),
                    "Master");
        DeployMessages.MasterStateResponse state =
            endpoint.askSync(
                DeployMessages.RequestMasterState$.MODULE$,
                ClassTag$.MODULE$.apply(DeployMessages.MasterStateResponse.class));
        if (state.status().toString().equals("ALIVE")) {
          return Optional.of(
              Arrays.stream(state.workers())
                  .filter(WorkerInfo::isAlive)
                  .map(worker -> new Worker(worker.cores(), worker.memory()))
                  .toList());
        }
      } catch (LinkageError | RuntimeException e) { // it is only for a better message
        LOG.debug("The master {} does not say what its workers have", one, e);
      }
    }
    return Optional.empty();
  }

  /** Returns the cores of an executor, if a setting says so. */
  static OptionalInt executorCores(JavaSparkContext spark) {
    return spark.getConf().contains("spark.executor.cores")
        ? OptionalInt.of(spark.getConf().getInt("spark.executor.cores", 1))
        : OptionalInt.empty();
  }
}
