# Everyday commands, from a fresh clone on. Each is a line that can be typed as well; ARGS are added to it:
#
#   make test-core ARGS=-Dtest=PlannerTest                     one class (or CLASS#METHOD)
#   make test-spark ARGS='-Dtest=ScoreJobTest -DskipITs'       one class, without those that need the finished job jar
#   make test-spark ARGS=-Pfast                                without the slow tests

MVN = mvn -B -ntp
ARGS =

.PHONY: help build test fast test-crypto test-core test-spark format lint site pins bench libraries pages version release reproducible matrix arm deployments

help:         ## prints these commands
	@sed -n 's/^\([a-z-]*\): *## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

build:        ## the job jar, and all tests compiled but not run
	$(MVN) -DskipTests package $(ARGS)

test:         ## everything that there is to test
	mvn -B -ntp verify

fast:         ## all modules without their slow tests: at most three minutes
	$(MVN) -Pfast test $(ARGS)

test-crypto:  ## crypto-native, C++ and Java
	$(MVN) -pl crypto-native verify $(ARGS)

test-core:    ## protocol-core; builds the native library where it is not up to date
	$(MVN) -pl protocol-core -am -Dcrypto-native.skipTests verify $(ARGS)

test-spark:   ## spark-job; builds the other modules where they are not up to date
	$(MVN) -pl spark-job -am -Dcrypto-native.skipTests -Dprotocol-core.skipTests verify $(ARGS)

format:       ## formats Java, C++ and Python
	$(MVN) -q -N spotless:apply
	.ci/lint --fix

lint:         ## checks C++, shell scripts and Python, with tools from PyPI under target/lint
	.ci/lint

site:         ## the documentation as a site, target/site/index.html; every link in it is checked
	.ci/site

pins:         ## writes the digests of dependencies down anew, after one was changed on purpose
	: >.mvn/checksums/checksums.sha256
	$(MVN) -q -DskipTests -Dnightjar.pins.write=true package

bench:        ## whole jobs beside the naive program, some minutes; other models and options by ARGS
	submit-scripts/nightjar bench e2e $(ARGS)

version:      ## sets the version of all modules: VERSION=0.1.0
	$(MVN) -q versions:set -DnewVersion=$(VERSION) -DgenerateBackupPoms=false -DprocessAllModules

release:      ## target/release, signed: ARGS=-Dnightjar.signing.key=/FILE (docs/releasing.md)
	rm -rf target/release
	$(MVN) -Prelease deploy $(ARGS)

# What follows is heavy: it needs more than a build does, or takes longer. Each script has --help.
reproducible: ## builds twice in different directories and compares the bytes
	submit-scripts/check-reproducible.sh $(ARGS)

matrix:       ## the same jobs on several Sparks and JDKs, row for row; 2 GB of them into target
	submit-scripts/check-matrix.sh $(ARGS)

arm:          ## builds for 64-bit ARM too, and tests that under qemu
	submit-scripts/check-aarch64.sh $(ARGS)

deployments:  ## the container image, and the manifests of Kubernetes, as far as they go without a cluster
	deploy/check.sh $(ARGS)

# PyTorch and others, gigabytes of them, into target/libraries.
libraries:    ## models of other libraries beside what these predict, and the programs of docs/bring-your-model.md; 15 minutes
	$(MAKE) build ARGS=
	python3 -m venv target/libraries
	target/libraries/bin/pip install --quiet --requirement protocol-core/src/test/python/requirements-examples.txt
	target/libraries/bin/pip install --quiet --force-reinstall --no-deps spark-job/target/nightjar_export-*.whl
	target/libraries/bin/python -W ignore protocol-core/src/test/python/test_posteriors.py $(ARGS)
	PATH=$(CURDIR)/submit-scripts:$$PATH target/libraries/bin/python -W ignore protocol-core/src/test/python/test_examples.py

# Chromium and Firefox have to be there; npm fetches what drives them into target/pages.
pages:        ## pages of reports of every kind, looked at in Chromium and Firefox; pictures in target/pages; some minutes
	$(MAKE) build ARGS=
	mkdir -p target/pages
	cp spark-job/src/test/pages/package.json spark-job/src/test/pages/look.mjs target/pages
	npm --prefix target/pages install --silent --no-package-lock
	java -cp spark-job/target/test-classes:spark-job/target/nightjar.jar:$$(cat spark-job/target/spark.classpath) \
		io.nightjar.report.SampleReports target/pages/reports
	node target/pages/look.mjs target/pages/reports target/pages/pictures
