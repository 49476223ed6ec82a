/* SPDX-License-Identifier: GPL-2.0 */
/*
 * segward0: the device that SID routes point at.
 */
#ifndef SEGWARD_DEVICE_H
#define SEGWARD_DEVICE_H

struct segward_net;

/* Link type and name of the device. */
#define SEGWARD_DEVICE_KIND	"segward"
#define SEGWARD_DEVICE_NAME	"segward0"

/**
 * segward_device_init() - register the link type
 *
 * At module load, after the pernet operations, whose namespaces it uses.
 * Context: process. Return: 0 or an error.
 */
int segward_device_init(void);

/**
 * segward_device_exit() - unregister the link type
 *
 * Deletes every segward0. At module unload, before the pernet operations go.
 * Context: process.
 */
void segward_device_exit(void);

/**
 * segward_device_create() - make segward0 if the namespace has none
 * @snet: the namespace; snet->dev is set
 *
 * Called with the namespace's first SID, so that namespaces that do not use
 * segward do not see it. The device comes up administratively. Context:
 * process, under snet->lock; takes the RTNL inside. Return: 0 or an error.
 */
int segward_device_create(struct segward_net *snet);

/**
 * segward_device_ifindex() - of the namespace's segward0
 * @snet: the namespace
 *
 * Context: any. Return: the ifindex, 0 if there is no such device.
 */
int segward_device_ifindex(const struct segward_net *snet);

#endif /* SEGWARD_DEVICE_H */
