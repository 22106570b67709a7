#!/bin/bash
# Telephone calls: signalling and voice both ways, marked for expedited
# forwarding, with and without the marks, registered and unregistered.
# shellcheck source=samples/scenes/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=samples/scenes/actors.sh
. "$(dirname "$0")/actors.sh"

network()
{
	machine agent router switchboard
	only_ipv4 agent router switchboard
	wire agent eth0 router callers
	wire router phones switchboard eth0
	forwards router
	address agent eth0 10.43.1.10/24
	address router callers 10.43.1.1/24
	address router phones 10.43.2.1/24
	address switchboard eth0 10.43.2.10/24
	gateway agent 10.43.1.1
	gateway switchboard 10.43.2.1
}

# sipp has no built-in scenario for a registration or a keep-alive.
message()
{
	cat >"$WORK/$1.xml" <<-END
		<?xml version="1.0"?><!DOCTYPE scenario SYSTEM "sipp.dtd">
		<scenario name="$1"><send><![CDATA[
		$1 sip:[remote_ip]:[remote_port] SIP/2.0
		Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
		From: <sip:agent@[remote_ip]>;tag=[call_number]
		To: <sip:agent@[remote_ip]>
		Call-ID: [call_id]
		CSeq: 1 $1
		Contact: <sip:agent@[local_ip]:[local_port]>
		Max-Forwards: 70
		Expires: 60
		Content-Length: 0

		]]></send><recv response="200"/></scenario>
	END
	cat >"$WORK/$1-answer.xml" <<-END
		<?xml version="1.0"?><!DOCTYPE scenario SYSTEM "sipp.dtd">
		<scenario name="$1"><recv request="$1"/><send><![CDATA[
		SIP/2.0 200 OK
		[last_Via:]
		[last_From:]
		[last_To:];tag=[call_number]
		[last_Call-ID:]
		[last_CSeq:]
		Contact: <sip:[local_ip]:[local_port]>
		Content-Length: 0

		]]></send></scenario>
	END
}

register()
{
	message REGISTER
	start switchboard sipp -sf "$WORK/REGISTER-answer.xml" -i 10.43.2.10 -p 5070 -nostdin
	sleep 1
	run agent 10 sipp -sf "$WORK/REGISTER.xml" -i 10.43.1.10 -p 5062 -m 2 -r 1 \
		-nostdin 10.43.2.10:5070
}

scene voip 43
network
record router callers
register
answer_calls switchboard 10.43.2.10
sleep 1
mark agent 'udp dport 6000-6999' ef
mark agent 'udp dport 5060' cs3
mark switchboard 'udp dport 6000-6999' ef
call agent 10.43.1.10 10.43.2.10 236
on agent nft flush ruleset
on switchboard nft flush ruleset
call agent 10.43.1.10 10.43.2.10 60
sleep 1
publish pcap
